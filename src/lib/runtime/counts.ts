import type { Outcome, RejectReason } from '../core/model/model.js';

export const OUTCOMES = ['in', 'used', 'late', 'duplicate', 'rejected', 'ignored', 'shed', 'out'] as const;

/** What became of a stage's records. Always: in = used + late + duplicate + rejected + ignored + shed. */
export class Counts {
  in = 0;
  used = 0;
  late = 0;
  duplicate = 0;
  rejected = 0;
  ignored = 0;
  /** Dropped because whoever reads the output is too slow, where that was asked for. */
  shed = 0;
  out = 0;
  /** Uses of used records that came to nothing, because of what was in them: not a part of the sum. */
  skipped = 0;
  readonly rejectedBy = new Map<RejectReason, number>();

  /** Counts one record that came in. */
  add(outcome: Outcome): void {
    this.in++;
    if (typeof outcome === 'string') {
      this[outcome]++;
      return;
    }
    this.rejected++;
    this.rejectedBy.set(outcome.reason, (this.rejectedBy.get(outcome.reason) ?? 0) + 1);
  }

  /** Counts records that came in, several at once. */
  addPlain(used: number, duplicate = 0, late = 0): void {
    this.in += used + duplicate + late;
    this.used += used;
    this.duplicate += duplicate;
    this.late += late;
  }

  /** Counts records that came in and were dropped. */
  drop(records: number): void {
    this.in += records;
    this.shed += records;
  }

  /** Everything that is counted, for `restore`. */
  saved(): unknown {
    const { rejectedBy, ...numbers } = this;
    return { ...numbers, rejectedBy: Object.fromEntries(rejectedBy) };
  }

  /** Takes over what `saved` has given. */
  restore(saved: unknown): void {
    const { rejectedBy, ...numbers } = saved as Omit<Counts, 'rejectedBy'> & { readonly rejectedBy: Record<string, number> };
    Object.assign(this, numbers);
    for (const [reason, count] of Object.entries(rejectedBy)) this.rejectedBy.set(reason as RejectReason, count);
  }

  /** Adds what another one has counted. */
  addAll(other: Counts): void {
    for (const outcome of OUTCOMES) this[outcome] += other[outcome];
    this.skipped += other.skipped;
    for (const [reason, count] of other.rejectedBy) this.rejectedBy.set(reason, (this.rejectedBy.get(reason) ?? 0) + count);
  }

  /** Whether every record that came in is accounted for. */
  get addUp(): boolean {
    return this.in === this.used + this.late + this.duplicate + this.rejected + this.ignored + this.shed;
  }
}
