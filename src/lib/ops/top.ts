import { tableOf } from '../formats/layout.js';
import { systemClock } from '../runtime/clock.js';
import { pageOf } from './metrics.js';
import type { Stack } from './stack.js';

const COLUMNS = ['stage', 'in/s', 'out/s', 'refused/s', 'lag', 'behind s', 'queue %', 'CPU %', 'MB', 'state'] as const;
const TEXT_COLUMNS = ['stage', 'state'];

const MS_PER_S = 1000;
const BYTES_PER_MB = 1e6;

/** What became of records that are in no result. */
const REFUSED = ['late', 'duplicate', 'rejected', 'shed'];

/** The figures of a stage at one time: values by what follows the stage in their name, with the label where they have one. */
export type Figures = ReadonlyMap<string, number>;

/** An endpoint at one time; a text where it does not answer. */
interface Look {
  readonly at_ms: number;
  readonly stages: readonly (readonly [stage: string, figures: Figures | string])[];
}

/** Of every stage, what it does and how much of it: a table as often as `interval_ms`, until `stop`. */
export async function* top(stack: Stack, interval_ms: number, stop: AbortSignal): AsyncGenerator<string> {
  let before = await look(stack);
  for (;;) {
    await systemClock.waitUntil(before.at_ms + interval_ms, stop);
    if (stop.aborted) return;
    const now = await look(stack);
    yield tableOf(COLUMNS, rowsOf(before, now), TEXT_COLUMNS);
    before = now;
  }
}

async function look({ endpoints }: Stack): Promise<Look> {
  const at_ms = systemClock.now_ms();
  const stages = await Promise.all(
    endpoints.map(async (endpoint) => {
      const { text, detail } = await pageOf(endpoint);
      return [endpoint.stage, text === undefined ? detail : figuresIn(text)] as const;
    }),
  );
  return { at_ms, stages };
}

function rowsOf(before: Look, now: Look): string[][] {
  const elapsed_s = (now.at_ms - before.at_ms) / MS_PER_S;
  return now.stages.map(([stage, figures], index) => {
    if (typeof figures === 'string') return [stage, ...Array<string>(COLUMNS.length - 2).fill(''), figures];
    const earlier = before.stages[index]?.[1];
    return [
      stage,
      ...cellsOf(typeof earlier === 'object' ? earlier : undefined, figures, { elapsed_s, now_s: now.at_ms / MS_PER_S }),
      'answers',
    ];
  });
}

/** What stands between stage and state. `before`: undefined where it did not answer then; a counter that has fallen began anew. */
export function cellsOf(
  before: Figures | undefined,
  now: Figures,
  { elapsed_s, now_s }: { readonly elapsed_s: number; readonly now_s: number },
): string[] {
  const rate = (...names: string[]): number | undefined => {
    const grown = names.map((name) => {
      const [from, to] = [before?.get(name), now.get(name)];
      return from === undefined || to === undefined || to < from ? undefined : (to - from) / elapsed_s;
    });
    return grown.includes(undefined) ? undefined : grown.reduce((sum: number, one) => sum + (one ?? 0), 0);
  };
  const memory = now.get('process_resident_memory_bytes');
  const watermark_s = now.get('watermark_seconds');
  const cpu = rate('process_cpu_seconds_total');
  return [
    whole(rate('records_in_total')),
    whole(rate('records_out_total')),
    whole(rate(...REFUSED.map((outcome) => `records_${outcome}_total`))),
    whole(now.get('lag_records')),
    whole(watermark_s === undefined ? undefined : now_s - watermark_s),
    whole(fullestOf(now)),
    whole(cpu === undefined ? undefined : 100 * cpu),
    whole(memory === undefined ? undefined : memory / BYTES_PER_MB),
  ];
}

/** Reads Prometheus' text format 0.0.4, as far as `qf top` shows it. */
export function figuresIn(page: string): Figures {
  const figures = new Map<string, number>();
  const lines = page.matchAll(/^qf_\w*?_((?:records|lag|watermark|queue|process)_\w+(?:\{.*\})?) (\S+)$/gm);
  for (const [, metric = '', value] of lines) figures.set(metric, Number(value));
  return figures;
}

/** How full the fullest queue is, %. */
function fullestOf(now: Figures): number | undefined {
  const shares = [...now].flatMap(([metric, depth]) => {
    const capacity = metric.startsWith('queue_depth') ? now.get(metric.replace('depth', 'capacity')) : undefined;
    return capacity ? [(100 * depth) / capacity] : [];
  });
  return shares.length === 0 ? undefined : Math.max(...shares);
}

function whole(value: number | undefined): string {
  return value === undefined ? '' : Math.round(value).toLocaleString('en-US');
}
