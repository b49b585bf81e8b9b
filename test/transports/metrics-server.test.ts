import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Counts } from '../../src/lib/runtime/counts.js';
import { countMetrics, Distribution, queueMetrics, watermarkMetric } from '../../src/lib/runtime/metrics.js';
import { TaskMetrics } from '../../src/lib/runtime/task-metrics.js';
import { serveMetrics } from '../../src/lib/transports/metrics-server.js';
import { shell, startQf } from '../support/cli.js';

async function allLinesAt(url: string): Promise<string[]> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** Without those of the process. */
async function linesAt(url: string): Promise<string[]> {
  return (await allLinesAt(url)).filter((line) => !/^qf_[a-z0-9_]+?_(process|nodejs)_/.test(line));
}

const TICK = '{"symbol":"A","event_ts":1704167100000000000,"ltp":1,"vol":1}';

describe('the metrics of a stage', () => {
  test('are read anew at every request', async () => {
    const counts = new Counts();
    const queue = { depth: 1, capacity: 4 };
    const url = await serveMetrics(0, 'ingest ws', [...countMetrics(() => counts), ...queueMetrics({ socket: queue })]);
    counts.add('used');
    counts.add({ reason: 'invalid_json', detail: '' });
    counts.drop(3);
    queue.depth = 2;
    const lines = await linesAt(url);
    expect(lines).toEqual([
      'qf_ingest_ws_records_in_total 5',
      'qf_ingest_ws_records_used_total 1',
      'qf_ingest_ws_records_late_total 0',
      'qf_ingest_ws_records_duplicate_total 0',
      'qf_ingest_ws_records_rejected_total 1',
      'qf_ingest_ws_records_ignored_total 0',
      'qf_ingest_ws_records_shed_total 3',
      'qf_ingest_ws_records_out_total 0',
      'qf_ingest_ws_records_skipped_total 0',
      'qf_ingest_ws_rejections_total{reason="invalid_json"} 1',
      'qf_ingest_ws_queue_depth{queue="socket"} 2',
      'qf_ingest_ws_queue_capacity{queue="socket"} 4',
      `qf_ingest_ws_build_info{version="0.1.0",node="${process.version}"} 1`,
    ]);
    expect(await linesAt(url)).toEqual(lines);
  });

  test('have no value where there is none yet, rather than 0', async () => {
    let watermark_s: number | undefined;
    const url = await serveMetrics(0, 'bars1s', [watermarkMetric(() => [watermark_s])]);
    const seen = async (): Promise<string[]> => (await linesAt(url)).filter((line) => line.includes('watermark'));
    expect(await seen()).toEqual([]);
    watermark_s = 17;
    expect(await seen()).toEqual(['qf_bars1s_watermark_seconds 17']);
    watermark_s = undefined;
    expect(await seen()).toEqual([]);
  });

  test('forget the labels that a value has no more', async () => {
    let load = '50';
    const running = { name: 'running', help: 'h', kind: 'gauge' as const, labels: ['load'] };
    const url = await serveMetrics(0, 'moving', [{ ...running, read: () => [{ label: { load }, value: 1 }] }]);
    expect(await linesAt(url)).toContain('qf_moving_running{load="50"} 1');
    load = '200';
    expect((await linesAt(url)).filter((line) => line.startsWith('qf_moving_running'))).toEqual([
      'qf_moving_running{load="200"} 1',
    ]);
  });

  test('count values by their size', async () => {
    const times = Distribution.ofSeconds('flush', 'Time of a flush');
    times.add(1);
    const url = await serveMetrics(0, 'bars1s', [times]);
    for (const value of [0.002, 0.002, 7]) times.add(value);
    const lines = await linesAt(url);
    for (const line of ['bucket{le="0.001"} 0', 'bucket{le="0.0025"} 2', 'bucket{le="5"} 2', 'bucket{le="10"} 3', 'count 3'])
      expect(lines).toContain(`qf_bars1s_flush_seconds_${line}`);
  });

  test('say whether the stage has caught up', async () => {
    const metrics = new TaskMetrics(1);
    const url = new URL('/readyz', await serveMetrics(0, 'bars1s', metrics.figures()));
    const answer = async (): Promise<[number, string]> => {
      const response = await fetch(url);
      return [response.status, await response.text()];
    };
    expect(await answer()).toEqual([503, 'it has no partition\n']);
    const [first, second] = [metrics.observerOf(0), metrics.observerOf(1)];
    first.fetched({ records: 5, lag: 0, pending: 0, watermark_s: undefined });
    second.fetched({ records: 5, lag: 7, pending: 0, watermark_s: undefined });
    expect(await answer()).toEqual([503, 'it has not caught up in 1 of 2 partitions\n']);
    second.fetched({ records: 7, lag: 0, pending: 0, watermark_s: undefined });
    expect(await answer()).toEqual([200, 'ready\n']);
    // Whoever has caught up once is ready, however the load goes.
    second.fetched({ records: 5, lag: 7, pending: 0, watermark_s: undefined });
    expect(await answer()).toEqual([200, 'ready\n']);
    metrics.forget(0);
    metrics.forget(1);
    expect(await answer()).toEqual([503, 'it has no partition\n']);
  });

  test('of a stage in a pipe: it is ready from its start', async () => {
    const response = await fetch(new URL('/readyz', await serveMetrics(0, 'bars1s', [])));
    expect([response.status, await response.text()]).toEqual([200, 'ready\n']);
  });

  test('hold those of the process, under the name of the stage', async () => {
    const lines = await allLinesAt(await serveMetrics(0, 'ingest ws', []));
    expect(lines).toContainEqual(expect.stringMatching(/^qf_ingest_ws_process_resident_memory_bytes \d+$/));
    expect(lines.filter((line) => !line.startsWith('qf_ingest_ws_'))).toEqual([]);
  });

  test('are at one path, on this machine only', async () => {
    const url = await serveMetrics(0, 'bars1s', []);
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect((await fetch(new URL('/', url))).status).toBe(404);
  });

  test('stand beside a path that says that the process is alive', async () => {
    const response = await fetch(new URL('/healthz', await serveMetrics(0, 'bars1s', [])));
    expect([response.status, await response.text()]).toEqual([200, 'alive\n']);
  });

  test('a port that is taken is an error that names it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(serveMetrics(port, 'bars1s', [])).rejects.toThrow(`--metrics-port ${port}`);
    server.close();
  });

  test('are not served where the port is taken, and --metrics-optional lets the stage go on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const run = await shell(`echo '${TICK}' | qf bars1s --metrics-port ${port} --metrics-optional`);
    const strict = await shell(`echo '${TICK}' | qf bars1s --metrics-port ${port}`);
    server.close();
    expect([run.exitCode, strict.exitCode, strict.stdout]).toEqual([0, 69, '']);
    expect(run.stdout).toContain('"ts":1704167100,');
    expect(run.stderr).toContain(`address already in use 127.0.0.1:${port}; going on without metrics`);
  });

  test('are served while the stage runs, where --metrics-port asks for it', async () => {
    const child = startQf(['bars1s', '--max-future', 'off', '--metrics-port', '0']);
    const url = await new Promise<string>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        const found = /"url":"([^"]+)"/.exec(chunk.toString())?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    child.stdin.write(`${TICK}\nnonsense\n`);
    let lines: string[] = [];
    while (!lines.includes('qf_bars1s_records_in_total 2')) lines = await linesAt(url);
    expect(lines).toContain('qf_bars1s_records_used_total 1');
    expect(lines).toContain('qf_bars1s_records_rejected_total 1');
    expect(lines).toContain('qf_bars1s_queue_capacity{queue="input"} 4');
    expect(lines).toContain('qf_bars1s_flush_seconds_count 0');
    child.stdin.write('{"symbol":"A","event_ts":1704167110000000000,"ltp":1,"vol":1}\n');
    while (!lines.includes('qf_bars1s_flush_seconds_count 1')) lines = await linesAt(url);
    expect(lines).toContain('qf_bars1s_batch_records_sum 1');
    child.stdin.end();
    expect((await child).exitCode).toBe(0);
  });
});
