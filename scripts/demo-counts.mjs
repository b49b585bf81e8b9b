// Closing summaries of stages, from stdin, as NDJSON with only the counts, shown as a table.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const rows = readFileSync(0, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))
  .map(({ stage, in: read, used, late, duplicate, rejected, ignored, out, elapsed_ms }) => ({
    stage,
    in: read,
    used,
    late,
    duplicate,
    rejected,
    ignored,
    out,
    elapsed_ms,
  }));
execFileSync('qf', ['fmt', 'table', '--log-level', 'warn'], {
  input: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  stdio: ['pipe', 'inherit', 'inherit'],
});
