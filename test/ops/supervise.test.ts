import { describe, expect, test } from 'vitest';
import type { StageState } from '../../src/lib/ops/supervisor/state.js';
import { type Exit, MAX_FAILURES, supervise, type SupervisorContext } from '../../src/lib/ops/supervisor/supervise.js';

const stage = { name: 's', command: ['program'] as [string] };
const processRecord = { pid: 7, started: 'now', started_ms: 0 };
const failure: Exit = { code: 1, signal: null };

/** Runs a stage whose starts end one after the other as `exits` says; each runs for `lifetime_ms` of the test's time. */
async function run(exits: (Exit | Error)[], lifetime_ms = 0): Promise<{ states: StageState[]; delays: number[] }> {
  let now_ms = 0;
  const states: StageState[] = [];
  const delays: number[] = [];
  const stop = new AbortController();
  const context: SupervisorContext = {
    launch: () => {
      const exit = exits.shift();
      if (exit instanceof Error) return Promise.reject(exit);
      if (exit === undefined) stop.abort();
      now_ms += lifetime_ms;
      return Promise.resolve({ process: processRecord, exit: Promise.resolve(exit ?? { code: null, signal: 'SIGTERM' }) });
    },
    end: () => Promise.resolve(),
    publish: (state) => states.push(state),
    clock: {
      now_ms: () => now_ms,
      waitUntil: (time_ms) => {
        delays.push(time_ms - now_ms);
        now_ms = time_ms;
        return Promise.resolve();
      },
    },
    random: () => 1,
    log: { info: () => undefined, warn: () => undefined },
  };
  await supervise(stage, context, stop.signal);
  return { states, delays };
}

const last = (states: StageState[]): StageState | undefined => states.at(-1);

describe('supervise', () => {
  test('a stage that ends in order is not started again', async () => {
    const { states, delays } = await run([{ code: 0, signal: null }]);
    expect(states).toEqual([
      { name: 's', state: 'running', process: processRecord, restarts: 0 },
      { name: 's', state: 'ended', reason: 'exit code 0', restarts: 0 },
    ]);
    expect(delays).toEqual([]);
  });

  test('one that fails is started again with delays that double up to a limit, and given up in the end', async () => {
    const { states, delays } = await run(Array.from({ length: MAX_FAILURES }, () => failure));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(last(states)).toEqual({ name: 's', state: 'gave_up', reason: 'exit code 1', restarts: MAX_FAILURES - 1 });
  });

  test('failures before a long run do not count', async () => {
    const { states, delays } = await run(
      Array.from({ length: MAX_FAILURES + 5 }, () => failure),
      60_000,
    );
    expect(new Set(delays)).toEqual(new Set([500]));
    expect(last(states)).toEqual({ name: 's', state: 'stopped', restarts: MAX_FAILURES + 5 });
  });

  test.each([2, 65, 75])('exit code %s is final', async (code) => {
    const { states } = await run([{ code, signal: null }]);
    expect(last(states)).toMatchObject({ state: 'gave_up', reason: `exit code ${code}` });
  });

  test('a kill, and a program that cannot be started, are failures', async () => {
    const { states } = await run([{ code: null, signal: 'SIGKILL' }, new Error('ENOENT'), { code: 0, signal: null }]);
    expect(states.map(({ state, reason }) => [state, reason])).toEqual([
      ['running', undefined],
      ['waiting', 'ended by SIGKILL'],
      ['waiting', 'ENOENT'],
      ['running', undefined],
      ['ended', 'exit code 0'],
    ]);
  });

  test('a stop ends the process, and nothing is started behind it', async () => {
    const stop = new AbortController();
    let exit = (_: Exit): void => undefined;
    const ended = new Promise<Exit>((resolve) => (exit = resolve));
    const states: string[] = [];
    const running = supervise(
      stage,
      {
        launch: () => Promise.resolve({ process: processRecord, exit: ended }),
        end: (record) => {
          expect(record).toBe(processRecord);
          exit({ code: 143, signal: null });
          return Promise.resolve();
        },
        publish: ({ state }) => {
          states.push(state);
          if (state === 'running') stop.abort();
        },
        clock: { now_ms: () => 0, waitUntil: () => Promise.reject(new Error('nothing to wait for')) },
        random: () => 1,
        log: { info: () => undefined, warn: () => undefined },
      },
      stop.signal,
    );
    await running;
    expect(states).toEqual(['running', 'stopped']);
  });
});
