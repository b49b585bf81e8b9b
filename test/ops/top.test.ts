import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/lib/ops/stack.js';
import { cellsOf, figuresIn } from '../../src/lib/ops/top.js';
import { shell, startQf } from '../support/cli.js';
import { temporaryFolder } from '../support/files.js';
import { freePorts } from '../../src/lib/ops/process/port.js';

const PAGE = `# HELP qf_agg_records_in_total Records
# TYPE qf_agg_records_in_total counter
qf_agg_records_in_total 1200
qf_agg_queue_depth{queue="input"} 1
qf_agg_queue_depth{queue="output"} 2
qf_agg_queue_capacity{queue="input"} 4
qf_agg_queue_capacity{queue="output"} 8
qf_agg_watermark_seconds 1.7e9
qf_agg_process_resident_memory_bytes 8.5e7
qf_agg_commit_seconds_bucket{le="0.1"} 3
go_goroutines 7
`;

const figures = (values: Record<string, number>) => new Map(Object.entries(values));

describe('the figures of a stage', () => {
  test('are read from its page, with their labels', () => {
    expect(Object.fromEntries(figuresIn(PAGE))).toEqual({
      records_in_total: 1200,
      'queue_depth{queue="input"}': 1,
      'queue_depth{queue="output"}': 2,
      'queue_capacity{queue="input"}': 4,
      'queue_capacity{queue="output"}': 8,
      watermark_seconds: 1.7e9,
      process_resident_memory_bytes: 8.5e7,
    });
  });

  test('are shown as rates and shares', () => {
    const refused = { records_late_total: 1, records_duplicate_total: 2, records_rejected_total: 3, records_shed_total: 0 };
    const before = figures({ records_in_total: 1000, records_out_total: 5, process_cpu_seconds_total: 1, ...refused });
    const now = figures({
      ...Object.fromEntries(before),
      records_in_total: 1_001_000,
      records_late_total: 21,
      process_cpu_seconds_total: 1.5,
      lag_records: 12_345,
      'queue_depth{queue="input"}': 1,
      'queue_capacity{queue="input"}': 4,
      'queue_depth{queue="output"}': 6,
      'queue_capacity{queue="output"}': 8,
      watermark_seconds: 1000,
      process_resident_memory_bytes: 8.5e7,
    });
    expect(cellsOf(before, now, { elapsed_s: 2, now_s: 1012.4 })).toEqual([
      '500,000',
      '0',
      '10',
      '12,345',
      '12',
      '75',
      '25',
      '85',
    ]);
  });

  test('have no rate where it did not answer before, or has begun anew', () => {
    const times = { elapsed_s: 1, now_s: 0 };
    expect(cellsOf(undefined, figures({ records_in_total: 7, lag_records: 0 }), times)).toEqual([
      '',
      '',
      '',
      '0',
      '',
      '',
      '',
      '',
    ]);
    expect(cellsOf(figures({ records_in_total: 9 }), figures({ records_in_total: 7 }), times)[0]).toBe('');
  });
});

test('qf top shows a stage at work, and that another does not answer', async () => {
  const folder = temporaryFolder();
  const [port = 0, silent = 0] = await freePorts(2);
  const endpoints = [
    { stage: 'ingest', port },
    { stage: 'bars1s', port: silent },
  ];
  writeFileSync(join(folder, 'stack.json'), readFileSync(DEFAULT_CONFIG));
  writeFileSync(join(folder, 'metrics_endpoints.json'), JSON.stringify({ endpoints }));
  const stage = startQf(['ingest', 'sim', '--to', 'file:/dev/null', '--metrics-port', String(port)]);
  onTestFinished(() => void stage.kill());
  const serves = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(serves, { timeout: 60_000 }).toBe(true);

  const { exitCode, stdout } = await shell(`qf top --interval 1 --config ${folder}/stack.json`);

  expect(exitCode).toBe(0);
  const rows = stdout.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
  const row = rows.find(([, name]) => name === 'ingest');
  expect(Number(row?.[2]?.replaceAll(',', ''))).toBeGreaterThan(0);
  expect(row?.[3]).toBe(row?.[2]);
  expect(row?.at(-2)).toBe('answers');
  expect(rows.find(([, name]) => name === 'bars1s')?.at(-2)).toContain('ECONNREFUSED');
});
