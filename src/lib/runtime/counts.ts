import type { Outcome, RejectReason } from '../core/model/model.js';

/** What became of a stage's records. Always: in = used + late + duplicate + rejected + ignored. */
export class Counts {
  in = 0;
  used = 0;
  late = 0;
  duplicate = 0;
  rejected = 0;
  ignored = 0;
  out = 0;
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

  /** Whether every record that came in is accounted for. */
  get addUp(): boolean {
    return this.in === this.used + this.late + this.duplicate + this.rejected + this.ignored;
  }
}
