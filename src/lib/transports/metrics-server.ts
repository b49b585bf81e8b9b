import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { messageOf, QfError } from '../runtime/errors.js';
import type { Figure, Metric } from '../runtime/metrics.js';

/** Only this machine sees the figures. */
const HOST = '127.0.0.1';

/** Gauges that prom-client names as counters are; it exports the same figures by type under better names. */
const MISNAMED = ['active_handles', 'active_requests', 'active_resources'].map((what) => `nodejs_${what}_total`);

/**
 * Serves the figures of a stage, and those of its process, at `/metrics` in Prometheus' text format until the process ends; `/healthz`
 * answers as long as its event loop turns, `/readyz` with 200 where the stage does its usual work. `stage` is part of every name.
 * Port 0 is any free one. Throws `unavailable` where the port cannot be had. Returns the address.
 */
export async function serveMetrics(port: number, stage: string, figures: readonly Figure[]): Promise<string> {
  const registry = new Registry();
  const prefix = `qf_${stage.replaceAll(/[ -]/g, '_')}_`;
  for (const figure of [...figures, buildInfo()]) register(registry, prefix + figure.name, figure);
  collectDefaultMetrics({ register: registry, prefix });
  for (const name of MISNAMED) registry.removeSingleMetric(prefix + name);
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      response.writeHead(200).end('alive\n');
      return;
    }
    if (request.url === '/readyz') {
      const obstacle = obstacleTo(figures);
      response.writeHead(obstacle === undefined ? 200 : 503).end(`${obstacle ?? 'ready'}\n`);
      return;
    }
    if (request.url !== '/metrics') {
      response
        .writeHead(404)
        .end('the metrics are at /metrics; /healthz says whether it is alive, /readyz whether it has caught up\n');
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(messageOf(error)),
    );
  });
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new QfError('unavailable', `--metrics-port ${port}: ${messageOf(error)}`, { cause: error });
  }
  server.unref();
  const address = server.address();
  return `http://${HOST}:${address === null || typeof address === 'string' ? port : address.port}/metrics`;
}

/** What runs, as labels. */
function buildInfo(): Metric {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
  const label = { version, node: process.version };
  return { name: 'build_info', help: 'The versions of qf and of Node', kind: 'gauge', read: () => [{ label, value: 1 }] };
}

/** Why a stage does not do its usual work yet. In a pipe it does from its start; on Kafka it has partitions first, and catches up. */
function obstacleTo(figures: readonly Figure[]): string | undefined {
  const read = (name: string): number | undefined => {
    const figure = figures.find((one) => one.name === name);
    const value = figure?.kind === 'gauge' ? figure.read() : undefined;
    return typeof value === 'number' ? value : undefined;
  };
  const partitions = read('partitions');
  if (partitions === undefined) return undefined;
  if (partitions === 0) return 'it has no partition';
  const behind = read('partitions_catching_up');
  return behind === 0 ? undefined : `it has not caught up in ${behind ?? partitions} of ${partitions} partitions`;
}

function register(registry: Registry, name: string, figure: Figure): void {
  const { help } = figure;
  if (figure.kind === 'histogram') {
    const histogram = new Histogram({ name, help, buckets: [...figure.bounds], registers: [registry] });
    figure.watch((value) => {
      histogram.observe(value);
    });
  } else registerMetric(registry, name, figure);
}

function registerMetric(registry: Registry, name: string, metric: Metric): void {
  const { help } = metric;
  const common = { name, help, registers: [registry], labelNames: metric.labels ?? labelsOf(metric.read()) };
  if (metric.kind === 'gauge') {
    new Gauge({
      ...common,
      collect() {
        // What has no value any more has none here; without labels it would say 0.
        this.reset();
        if (common.labelNames.length === 0) this.remove({});
        for (const { label, value } of valuesOf(metric.read())) this.set(label, value);
      },
    });
  } else {
    new Counter({
      ...common,
      collect() {
        this.reset();
        for (const { label, value } of valuesOf(metric.read())) this.inc(label, value);
      },
    });
  }
}

function valuesOf(read: ReturnType<Metric['read']>): Exclude<ReturnType<Metric['read']>, number> {
  return typeof read === 'number' ? [{ label: {}, value: read }] : read;
}

function labelsOf(read: ReturnType<Metric['read']>): string[] {
  return Object.keys(valuesOf(read)[0]?.label ?? {});
}
