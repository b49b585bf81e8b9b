import type { Counts } from './counts.js';
import type { RunReport } from './run.js';

/** The closing summary as fields of a log line. */
export function summaryFields(report: RunReport): Record<string, unknown> {
  const { counts, elapsed_ms, ended, written, unwritten, queues, account } = report;
  return {
    ended,
    ...countFields(counts),
    written_records: written.records,
    unwritten_records: unwritten.records,
    unwritten_bytes: unwritten.bytes,
    elapsed_ms: Math.round(elapsed_ms),
    queues,
    ...account?.fields,
  };
}

/** What became of the records, as fields of a log line. */
export function countFields(counts: Counts): Record<string, unknown> {
  const { late, duplicate, rejected, ignored } = counts;
  return {
    in: counts.in,
    used: counts.used,
    late,
    duplicate,
    rejected,
    ignored,
    out: counts.out,
    rejected_by: Object.fromEntries(counts.rejectedBy),
    adds_up: counts.addUp,
    ...(counts.skipped > 0 && { skipped: counts.skipped }),
  };
}

/** The closing summary as a sentence. */
export function summaryText(report: RunReport): string {
  const { counts, elapsed_ms, account } = report;
  const refusals = [...counts.rejectedBy].map(([reason, count]) => `${reason} ${grouped(count)}`).join(', ');
  return (
    `${accountText(counts)}${refusals === '' ? '' : ` (${refusals})`}; ` +
    `out ${grouped(counts.out)}; ${account === undefined ? '' : `${account.text}; `}${(elapsed_ms / 1000).toFixed(1)} s, ${report.ended}`
  );
}

/** One line about a stage at work. */
export function progressText(stage: string, counts: Counts, elapsed_ms: number): string {
  const rate = elapsed_ms > 0 ? Math.round((counts.in / elapsed_ms) * 1000) : 0;
  const lost = counts.late + counts.rejected + counts.shed;
  return `${stage}: in ${grouped(counts.in)} (${grouped(rate)}/s), out ${grouped(counts.out)}${lost > 0 ? `, late or rejected ${grouped(lost)}` : ''}`;
}

/** How the records add up, as a sentence. */
export function accountText(counts: Counts): string {
  const { used, late, duplicate, rejected, ignored, shed } = counts;
  const parts = Object.entries({ late, duplicate, rejected, ignored, shed }).filter(([, count]) => count > 0);
  return `in ${grouped(counts.in)} = used ${grouped(used)}${parts.map(([name, count]) => ` + ${name} ${grouped(count)}`).join('')}`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
