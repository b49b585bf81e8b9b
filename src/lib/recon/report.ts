import { timeframeName } from '../core/model/time.js';
import { type Deviation, VALUE_FIELDS } from '../core/recon.js';
import { tableOf } from '../formats/layout.js';
import type { Sink } from '../runtime/transport.js';

/** Something that is not as it should be; `side`: the topic or table of the two that is compared or at fault. */
export type Finding =
  | (Deviation & { readonly tf_s: number; readonly side: string })
  | { readonly reason: 'unreadable'; readonly side: string; readonly place: string; readonly detail: string };

type Reason = Finding['reason'];

/** What each reason says, for the names of what should be (`expected`) and what is compared with it. */
const MEANINGS: Readonly<Record<Reason, (expected: string, found: string) => string>> = {
  missing: (expected, found) => `in ${expected}, not in ${found}`,
  extra: (expected, found) => `in ${found}, not in ${expected}`,
  different: (expected, found) => `with other values in ${found} than in ${expected}`,
  duplicate: () => 'twice in a topic, or more often',
  unreadable: () => 'records that are no bars of their topic',
};

const REASONS = Object.keys(MEANINGS) as readonly Reason[];

const COLUMNS = ['side', 'symbol', 'tf', 'ts', 'expected', 'found'];
const TEXT_COLUMNS = ['side', 'symbol', 'tf', 'expected', 'found'];

/** Values that JSON can say as numbers. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/** Counts findings by reason, and keeps the first ones of each, or writes each as a line of JSON. */
export class Findings {
  private readonly counts = new Map<Reason, number>(REASONS.map((reason) => [reason, 0]));
  private readonly first = new Map<Reason, Finding[]>(REASONS.map((reason) => [reason, []]));
  private readonly sink: Sink;
  private readonly shown: number | 'json';

  /** `shown`: how many of each reason the table shows, or `json`. */
  constructor(sink: Sink, shown: number | 'json') {
    this.sink = sink;
    this.shown = shown;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How often each reason was found. */
  get byReason(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }

  async add(finding: Finding): Promise<void> {
    const { reason } = finding;
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    if (this.shown === 'json') await this.sink.write(Buffer.from(lineOf(finding)));
    else {
      const first = this.first.get(reason) ?? [];
      if (first.length < this.shown) first.push(finding);
    }
  }

  /** Writes the tables: how many of each reason, and the first ones of each. */
  async end(expected: string, found: string): Promise<void> {
    if (this.shown === 'json') return;
    const counts = [...this.counts].map(([reason, count]) => [reason, String(count), MEANINGS[reason](expected, found)]);
    let text = tableOf(['reason', 'count', 'what'], counts, ['reason', 'what']);
    for (const [reason, findings] of this.first) {
      if (findings.length === 0) continue;
      const count = this.counts.get(reason) ?? 0;
      const which = count > findings.length ? `${reason}, the first ${findings.length} of ${count}` : reason;
      text += `\n${which}:\n${tableOf(COLUMNS, findings.map(cellsOf), TEXT_COLUMNS)}`;
    }
    await this.sink.write(Buffer.from(text));
  }
}

function cellsOf(finding: Finding): string[] {
  if (finding.reason === 'unreadable') return [finding.place, '', '', '', '', finding.detail];
  const { side, symbol, tf_s, ts, expected, found } = finding;
  const isShown = (index: number): boolean => finding.reason !== 'different' || expected?.[index] !== found?.[index];
  const textOf = (values: readonly string[] | undefined): string =>
    (values ?? []).flatMap((value, index) => (isShown(index) ? [`${VALUE_FIELDS[index] ?? ''}=${value}`] : [])).join(' ');
  return [side, symbol, timeframeName(tf_s), String(ts), textOf(expected), textOf(found)];
}

function lineOf(finding: Finding): string {
  if (finding.reason === 'unreadable') return `${JSON.stringify(finding)}\n`;
  const { reason, side, symbol, tf_s, ts, expected, found } = finding;
  const key = JSON.stringify({ reason, side, symbol, tf: timeframeName(tf_s), ts }).slice(0, -1);
  return `${key},"expected":${objectOf(expected)},"found":${objectOf(found)}}\n`;
}

/** The digits of a value as they are: `JSON.stringify` would round them. */
function objectOf(values: readonly string[] | undefined): string {
  if (values === undefined) return 'null';
  const fields = values.map((value, index) => `"${VALUE_FIELDS[index] ?? ''}":${NUMBER.test(value) ? value : `"${value}"`}`);
  return `{${fields.join(',')}}`;
}
