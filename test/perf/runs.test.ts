import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { together } from '../../src/lib/perf/kafka-commands.js';
import { LiveRun } from '../../src/lib/perf/live-run.js';
import { RunLog } from '../../src/lib/perf/run-log.js';
import { temporaryFolder } from '../support/files.js';

const folder = temporaryFolder();

describe('the log of a run', () => {
  const closing = (peak: number): string =>
    `{"msg":"summary","queues":{"input":{"peak":${peak},"capacity":4},"output":{"peak":1,"capacity":4}}}\n`;

  it('tells how full the fullest queue was, of this run only', () => {
    const path = join(folder, 'queues.log');
    writeFileSync(path, closing(4));
    const log = new RunLog(path);
    expect(log.queues()).toEqual({});
    appendFileSync(path, `{"queues":{cut off\n{"queues":{}}\nno JSON "queues":{\n${closing(2)}${closing(3)}`);
    expect(log.queues()).toEqual({ queue_peak_pct: 75 });
  });

  it('tells nothing where there is none', () => {
    expect(new RunLog(join(folder, 'none.log')).queues()).toEqual({});
  });
});

describe('programs that run together', () => {
  function running(name: string, commands: readonly string[]): LiveRun {
    const files = { input: '/dev/null', output: '/dev/null', log: join(folder, `${name}.log`) };
    const run = new LiveRun({ command: together(commands), ...files, env: process.env }, new AbortController().signal);
    run.child.stdin.end();
    return run;
  }

  it('end with the first of them that ends', async () => {
    const run = running('dies', ['exec tail -f /dev/null', 'echo cannot go on >&2; exit 3']);
    await expect(run.end([0])).rejects.toThrow('exit 3: cannot go on');
    run.close();
  });

  it('are waited for where they are asked to end, and all that they took counts', async () => {
    const busy = `trap 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; exit 0' TERM; echo ready; tail -f /dev/null & wait`;
    const run = running('asked', [busy, busy]);
    let ready = '';
    for await (const chunk of run.child.stdout as AsyncIterable<Buffer>) {
      ready += chunk.toString();
      if (ready === 'ready\nready\n') break;
    }
    run.interrupt();
    const { cpu_s } = await run.end([0, 143]);
    expect(cpu_s).toBeGreaterThan(0);
    run.close();
  });
});
