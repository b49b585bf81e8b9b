import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { together } from '../../src/lib/perf/kafka-commands.js';
import { withReplacements } from '../../src/lib/perf/implementation.js';
import { LiveRun } from '../../src/lib/perf/live-run.js';
import { readyPlacesOf, ReadyPorts } from '../../src/lib/perf/readiness.js';
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

describe('a program that says when it is ready', () => {
  const run = { hasEnded: false, end: () => Promise.resolve() };
  const places = [{ path: '/up', variables: ['ONE', 'OTHER'] }];

  it('is waited for at the port that it is told, until it answers with 200', async () => {
    const ports = await ReadyPorts.of(places);
    const asked: string[] = [];
    const answering = Object.entries(ports.env).map(([name, port]) => {
      let times = 0;
      const server = createServer((request, response) => {
        asked.push(`${name} ${request.url ?? ''}`);
        response.writeHead(name === 'ONE' && ++times < 3 ? 503 : 200).end();
      });
      return server.listen(Number(port), '127.0.0.1');
    });
    await ports.answer(run);
    expect(asked.filter((one) => one === 'ONE /up')).toHaveLength(3);
    expect(asked.filter((one) => one === 'OTHER /up')).toHaveLength(1);
    for (const server of answering) server.close();
  });

  it('is not where it never becomes so', async () => {
    const ports = await ReadyPorts.of(places);
    // One that takes the question and never answers, and one that is not there.
    const silent = createServer(() => undefined).listen(Number(ports.env['ONE']), '127.0.0.1');
    await expect(ports.answer(run, 300)).rejects.toThrow(
      'it is not ready after 0.3 s: 2 of its commands do not answer that they are',
    );
    silent.closeAllConnections();
    silent.close();
  });

  it('does not say so for a command in its place', () => {
    const ready = { path: '/up', ports: { bars1s: 'ONE', baragg: 'OTHER' } };
    const own = { name: 'own', summary: 'one', ready, stages: { bars1s: 'x', baragg: 'y' } };
    const variables = (env: Record<string, string>): readonly string[] =>
      readyPlacesOf(withReplacements(own, env), 'pipeline', false).flatMap((place) => place.variables);
    expect(variables({})).toEqual(['ONE', 'OTHER']);
    expect(variables({ BARS1S_CMD: 'z' })).toEqual(['OTHER']);
    expect(readyPlacesOf(own, 'bars1s', false)[0]?.variables).toEqual(['ONE']);
    expect(readyPlacesOf(own, 'paper-flow', false)[1]?.variables).toHaveLength(5);
    expect(readyPlacesOf(own, 'paper-flow', true)[1]?.variables).toEqual([]);
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
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    const busy = (path: string): string =>
      `trap 'i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; echo > ${path}; exit 0' TERM; echo ready; tail -f /dev/null & wait`;
    const run = running('asked', [busy(one), busy(other)]);
    let ready = '';
    for await (const chunk of run.child.stdout as AsyncIterable<Buffer>) {
      ready += chunk.toString();
      if (ready === 'ready\nready\n') break;
    }
    run.interrupt();
    const { cpu_s } = await run.end([0, 143]);
    // What they do behind the signal was done when it had ended.
    expect([existsSync(one), existsSync(other)]).toEqual([true, true]);
    expect(cpu_s).toBeGreaterThan(0);
    run.close();
  });
});
