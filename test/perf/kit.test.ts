import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Finding, KIT_STAGES, tryCases } from '../../src/lib/perf/kit.js';
import { FOREIGN_BARS1S, FOREIGN_SCRIPT, HAS_PYTHON } from '../support/foreign.js';
import { makeAgg, makeBars1s, run } from '../support/stages.js';

const KIT = resolve(import.meta.dirname, '../../kit');

const LIMIT_MS = 60_000;
const never = new AbortController().signal;

const casesOf = (stage: string) =>
  (JSON.parse(readFileSync(join(KIT, stage, 'kit.json'), 'utf8')) as { case: string; rule: string }[]).map((one) => one.case);

async function findings(command: string, limit_ms = LIMIT_MS): Promise<Map<string, Finding>> {
  const found = new Map<string, Finding>();
  const trial = { stage: 'bars1s', command, limit_ms, env: process.env } as const;
  for await (const finding of tryCases(KIT, trial, never)) found.set(finding.case, finding);
  return found;
}

/** What comes of the first case. */
async function first(command: string, limit_ms = LIMIT_MS): Promise<Finding | undefined> {
  const trial = { stage: 'bars1s', command, limit_ms, env: process.env } as const;
  for await (const finding of tryCases(KIT, trial, never)) return finding;
  return undefined;
}

describe.each(KIT_STAGES)('the kit of %s', (stage) => {
  it.each(casesOf(stage))('%s is what both engines do, to the byte', (name) => {
    const input = readFileSync(join(KIT, stage, `${name}.in.ndjson`), 'utf8');
    const expected = readFileSync(join(KIT, stage, `${name}.out.ndjson`), 'utf8');
    for (const engine of ['reference', 'wasm']) {
      const processor = stage === 'agg' ? makeAgg([180, 300, 900], { engine }) : makeBars1s({ engine });
      expect(run(processor, input === '' ? [] : [input]).output).toBe(expected);
    }
  });
});

describe.skipIf(!HAS_PYTHON)('a program in another language', () => {
  it('keeps every rule, in its own writing', async () => {
    const found = await findings(FOREIGN_BARS1S);
    expect([...found].filter(([, { level }]) => level === undefined)).toEqual([]);
    expect(found.get('exact-volume')).toMatchObject({ level: 'compatible' });
    expect(found.get('exact-volume')?.said).toMatch(/^line 1: /);
    expect(found.get('no-input')).toMatchObject({ level: 'strict', said: '' });
  });

  it('is told which rules it breaks, and how', async () => {
    // Seconds are closed at once.
    const found = await findings(`python3 <(sed 's/^GRACE_NS = .*/GRACE_NS = 0/' ${FOREIGN_SCRIPT})`);
    const broken = [...found].flatMap(([name, { level }]) => (level === undefined ? [name] : []));
    expect(broken.sort()).toEqual(['disorder', 'duplicates', 'late', 'order']);
    expect(found.get('disorder')?.said).toMatch(/^different: S 1s 1700000000: /);
  });

  it('is told that volumes are not exact', async () => {
    const found = await findings(
      `python3 <(sed 's/Decimal(volume), tick/float(volume), tick/; s/"vol": Decimal(0)/"vol": 0.0/' ${FOREIGN_SCRIPT})`,
    );
    expect(found.get('exact-volume')?.level).toBeUndefined();
    expect(found.get('one-bar')?.level).toBe('compatible');
  });

  it('is told that it keeps final bars to itself', async () => {
    const found = await findings(`${FOREIGN_BARS1S} | sort`, 3000);
    expect(found.get('early-bars')?.said).toBe('what is final is not written before the input ends');
  });
});

describe('a program that does not work', () => {
  it.each([
    ['true', 'missing: SIM0001 1s 1700000000'],
    ['cat > /dev/null; echo broken >&2; exit 3', 'exit 3: broken'],
    ['kill -9 $$', 'exit by a signal'],
    ['yes', 'it writes without end'],
    ['cat > /dev/null; echo nonsense', 'missing: SIM0001 1s 1700000000'],
  ])('%s', async (command, said) => {
    expect(await first(command)).toMatchObject({ level: undefined, said });
  });

  it('that does not end is ended', async () => {
    expect(await first('exec sleep 600', 100)).toMatchObject({ level: undefined, said: 'it has not ended in time' });
  });

  it('that is not there is an error of use', async () => {
    await expect(first('qf-no-such-program')).rejects.toThrow(/^the command cannot be run: .*not found$/);
  });

  it('is ended with the command', async () => {
    const stop = new AbortController();
    const trial = { stage: 'bars1s', command: 'exec sleep 600', limit_ms: LIMIT_MS, env: process.env } as const;
    const trying = tryCases(KIT, trial, stop.signal).next();
    stop.abort(new Error('enough'));
    await expect(trying).rejects.toThrow('enough');
  });
});
