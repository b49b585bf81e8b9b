import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { shell, summariesIn } from '../support/cli.js';
import { DATA } from '../support/data.js';
import { temporaryFolder } from '../support/files.js';
import { DAY_COSTS, DAY_PAIRS, DAY_RISK } from '../support/paper-day.js';
import { flow, HAS_PYTHON } from '../support/paper-oracle.js';
import { signalsDiffer } from '../support/paper-signals.js';
import { ledgerOf, pnlOf, refusedSignals } from '../support/paper-texts.js';
import { linesIn } from '../support/stages.js';

const folder = temporaryFolder();
const [pairs, risk, costs] = ['pairs', 'risk', 'costs'].map((name) => join(folder, `${name}.json`)) as [string, string, string];
const NEXT_BAR = '--fill next-bar --participation 0.01 --ttl 5m';

beforeAll(() => {
  writeFileSync(pairs, JSON.stringify(DAY_PAIRS));
  writeFileSync(risk, JSON.stringify(DAY_RISK));
  writeFileSync(costs, JSON.stringify(DAY_COSTS));
});

/** A day through the command line, as one pipe; what each stage writes is kept on the way. */
async function trade(day: string): Promise<(name: string) => string> {
  const path = (name: string): string => join(folder, `${day}.${name}`);
  const line = [
    `qf ingest file ${String(DATA)}/ticks/nse-${day}.csv.gz`,
    'qf bars1s --grace 600s',
    `qf agg --tf 1m,3m,5m,15m | tee ${path('bars')}`,
    `qf pairs watch --config ${pairs} | tee ${path('signals')}`,
    `qf pairs exec --config ${pairs} --risk ${risk} --rejects ${path('exec')} | tee ${path('orders')}`,
    `qf risk size --config ${risk} --rejects ${path('size')} | tee ${path('sized')}`,
    `qf risk guard --config ${risk} --rejects ${path('guard')} | tee ${path('allowed')}`,
    `qf paper match --config ${costs} --rejects ${path('ref')} | tee ${path('fills')}`,
    `qf paper pnl --as ndjson > ${path('pnl')}`,
  ].join(' | ');
  const { exitCode, stderr } = await shell(line);
  expect(exitCode, stderr).toBe(0);
  expect(summariesIn(stderr).every(({ adds_up }) => adds_up === true)).toBe(true);
  const onBars = await shell(
    `grep '"tf":"1m"' ${path('bars')} > ${path('minutes')}; qf paper match --config ${costs} ${NEXT_BAR} --bars ${path('minutes')} ` +
      `--rejects ${path('next-bar')} < ${path('allowed')} > ${path('bar-fills')}`,
  );
  expect(onBars.exitCode, onBars.stderr).toBe(0);
  return (name) => readFileSync(path(name), 'utf8');
}

describe.skipIf(DATA === undefined || !HAS_PYTHON)('pairs on real market data', () => {
  test.each(['2021-04-08', '2021-04-09'])('NSE %s is traded as Python trades it, at every stage', async (day) => {
    const text = await trade(day);
    expect(linesIn(text('signals')).length).toBeGreaterThan(50);

    const watch = flow(['watch', '--config', pairs], text('bars'));
    expect(signalsDiffer(text('signals'), watch['output'] ?? '')).toBeUndefined();

    const exec = flow(['exec', '--config', pairs, '--risk', risk], text('signals'), ['rejects']);
    expect({ output: text('orders'), rejects: refusedSignals(text('exec')) }).toEqual(exec);

    const size = flow(['size', '--config', risk], text('orders'), ['rejects']);
    expect({ output: text('sized'), rejects: text('size') }).toEqual(size);

    const guard = flow(['guard', '--config', risk], text('sized'), ['rejects', 'ledger']);
    expect({ output: text('allowed'), rejects: text('guard'), ledger: ledgerOf(text('allowed')) }).toEqual(guard);

    const ref = flow(['match', '--config', costs], text('allowed'), ['rejects']);
    expect({ output: text('fills'), rejects: text('ref') }).toEqual(ref);

    const bars = ['--bars', join(folder, `${day}.minutes`)];
    const nextBar = flow(['match', '--config', costs, ...NEXT_BAR.split(' '), ...bars], text('allowed'), ['rejects']);
    expect({ output: text('bar-fills'), rejects: text('next-bar') }).toEqual(nextBar);

    expect(pnlOf(text('pnl'))).toBe(flow(['pnl'], text('fills'))['output']);
    // Otherwise there would be little to compare.
    for (const name of ['exec', 'size', 'guard', 'next-bar', 'fills', 'bar-fills']) expect(text(name), name).not.toBe('');
  });
});
