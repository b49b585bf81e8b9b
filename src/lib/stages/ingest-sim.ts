import { MAX_EVENT_S, MIN_EVENT_S } from '../core/model/time.js';
import { type Feed, type FeedSettings, SimFeed } from '../core/sim/feed.js';
import { checkTape, type TapeSettings } from '../core/sim/tape.js';
import { generateUniverse, type Instrument, MAX_SYMBOLS } from '../core/sim/universe.js';
import { type SourceItem, TickWriter } from '../engines/reference/tick-writer.js';
import { KernelSimFeed } from '../engines/wasm/sim-feed.js';
import { parseUniverse } from '../formats/universe-file.js';
import { parseTime, UTC } from '../formats/time-text.js';
import { messageOf, QfError } from '../runtime/errors.js';
import { decimal, duration, integer, type OptionValues, path, text, toggle } from '../runtime/options.js';
import { Pacer, parsePace } from '../runtime/pace.js';
import { defineSource, type StageContext } from '../runtime/stage.js';
import type { Source } from '../runtime/transport.js';
import { engine } from './engine.js';
import { MALFORMED_LINES } from './malformed.js';

const NS_PER_MS = 1e6;
const DEFAULT_START_MS = Date.UTC(2024, 0, 2, 3, 45);

/** Ticks that are handed on together when nobody waits for the clock. */
const BATCH_TICKS = 2048;

const options = {
  seed: integer({
    summary: 'Seed of all random numbers: the same seed gives the same bytes',
    min: 0,
    max: 4_294_967_295,
    default: '1',
  }),
  symbols: integer({ summary: 'Number of symbols, SIM0001 and up', min: 1, max: MAX_SYMBOLS, default: '50' }),
  universe: path({
    summary: 'Symbols from a CSV file instead: symbol,start_price and optionally volatility,weight,follows',
    file: 'read',
  }),
  rate: decimal({ summary: 'Ticks per second of a symbol of weight 1', min: 0, max: 1e6, default: '5' }),
  'hot-rate': decimal({ summary: 'Ticks per second of a hot symbol', min: 0, max: 1e6, default: '1000' }),
  'hot-pct': decimal({
    summary: 'Share of the symbols that are hot at a time, at least one symbol; 0 for none',
    min: 0,
    max: 1,
    default: '0.002',
  }),
  'hot-rotate': duration({ summary: 'Time after which other symbols become hot', default: '15s' }),
  'step-ms': integer({ summary: 'Length of a step of the simulation, ms', min: 1, max: 10_000, default: '100' }),
  duration: duration({ summary: 'Length of simulated time [default: without end]' }),
  count: integer({ summary: 'Number of ticks of the market [default: without end]', min: 1, max: Number.MAX_SAFE_INTEGER }),
  pace: text({ summary: 'realtime, max, or a factor such as x10', valueName: 'pace', parse: parsePace, default: 'realtime' }),
  start: text({
    summary: 'Time of the first tick, ISO 8601 or now [default: now with --pace realtime, else 2024-01-02T03:45:00Z]',
    valueName: 'time',
    parse: parseStart,
  }),
  'tick-size': text({ summary: 'Smallest step of a price', valueName: 'price', parse: parseTickSize, default: '0.05' }),
  'trade-ids': toggle('Number the trades of each symbol'),
  'out-of-order': decimal({ summary: 'Share of the ticks that arrive late', min: 0, max: 1, default: '0' }),
  'max-delay': duration({ summary: 'By how much they are late at most', default: '3s' }),
  duplicates: decimal({ summary: 'Share of the ticks that arrive twice; needs --trade-ids', min: 0, max: 1, default: '0' }),
  malformed: decimal({ summary: 'Share of the ticks that are followed by a malformed line', min: 0, max: 1, default: '0' }),
  engine,
};

type SimOptions = OptionValues<typeof options>;

function parseStart(given: string): number | 'now' {
  if (given === 'now') return given;
  const time = parseTime(given, 'iso', UTC);
  if (time === undefined || time.s < MIN_EVENT_S || time.s >= MAX_EVENT_S) {
    throw new Error(`"${given}" is neither now nor a time such as 2024-01-02T03:45:00Z from 1973 to 2099`);
  }
  return time.s * 1000 + Math.floor(time.ns / NS_PER_MS);
}

/** As a fraction of integers, so that a price is one division and prints without rounding errors. */
function parseTickSize(given: string): { units: number; scale: number } {
  const match = /^(\d{1,6})(?:\.(\d{1,8}))?$/.exec(given);
  const decimals = match?.[2] ?? '';
  const units = Number(`${match?.[1] ?? ''}${decimals}`);
  if (match === null || units === 0) throw new Error(`"${given}" is not a price step such as 0.05`);
  return { units, scale: 10 ** decimals.length };
}

async function universeOf({ symbols, universe, seed }: SimOptions, { files }: StageContext): Promise<Instrument[]> {
  return universe === undefined ? generateUniverse(symbols, seed) : parseUniverse(universe, await files.readText(universe));
}

function startOf(given: SimOptions, { clock }: StageContext): number {
  if (startsNow(given)) return clock.now_ms();
  return typeof given.start === 'number' ? given.start : DEFAULT_START_MS;
}

function startsNow({ start, pace }: SimOptions): boolean {
  return start === 'now' || (start === undefined && pace === 1);
}

function feedOf(given: SimOptions, universe: readonly Instrument[], start_ms: number): Feed<SourceItem> {
  const tape: TapeSettings = {
    universe,
    seed: given.seed,
    start_ms,
    step_ms: given['step-ms'],
    rate: given.rate,
    hotRate: given['hot-rate'],
    hotFraction: given['hot-pct'],
    hotRotate_ms: given['hot-rotate'] / NS_PER_MS,
    tickSize: given['tick-size'],
    withIds: given['trade-ids'],
  };
  try {
    checkTape(tape);
  } catch (error) {
    throw new QfError('usage', `${messageOf(error)}: use a smaller --step-ms, --rate or --symbols`, { cause: error });
  }
  const settings: FeedSettings = {
    tape,
    faults: {
      outOfOrder: given['out-of-order'],
      maxDelay_ms: given['max-delay'] / NS_PER_MS,
      duplicates: given.duplicates,
      malformed: given.malformed,
    },
    malformed: MALFORMED_LINES,
    end_ms: Math.min(MAX_EVENT_S * 1000, given.duration === undefined ? Infinity : start_ms + given.duration / NS_PER_MS),
    count: given.count ?? Infinity,
  };
  return given.engine === 'wasm' && KernelSimFeed.canMake(settings) ? new KernelSimFeed(settings) : new SimFeed(settings);
}

/** The simulated market as a source, at a pace. */
class SimSource implements Source<readonly SourceItem[]> {
  private readonly feed: Feed<SourceItem>;
  private readonly pacer: Pacer;
  private readonly isUnpaced: boolean;

  constructor(feed: Feed<SourceItem>, pacer: Pacer, isUnpaced: boolean) {
    this.feed = feed;
    this.pacer = pacer;
    this.isUnpaced = isUnpaced;
  }

  async *batches(stop: AbortSignal): AsyncGenerator<readonly SourceItem[]> {
    const { feed, pacer } = this;
    await pacer.wait(feed.time_ms, stop);
    while (!stop.aborted && !feed.isDone()) {
      do feed.step();
      while (this.isUnpaced && feed.waiting < BATCH_TICKS && !feed.isDone());
      await pacer.wait(feed.time_ms, stop);
      if (feed.waiting > 0) yield feed.take();
    }
  }
}

export const ingestSim = defineSource({
  kind: 'source',
  name: 'ingest sim',
  summary: 'Ticks of a simulated market',
  description:
    'Makes the ticks of a market that does not exist: a common factor moves all symbols, each has a walk of its own, and ' +
    'every fourth follows the one before it with a spread that reverts to its mean, so that there are pairs to trade. A few ' +
    'hot symbols trade much more than the rest, and others take their place from time to time. Feeds are rarely clean: ' +
    'ticks out of order, ticks twice and malformed lines can be mixed in without changing the market behind them.',
  examples: [
    { what: 'an hour of 50 symbols, as fast as it goes', command: 'qf ingest sim --duration 1h --pace max > ticks.ndjson' },
    { what: 'a live feed of 500 symbols', command: 'qf ingest sim --symbols 500 | qf bars1s --live' },
    {
      what: 'a dirty feed',
      command: 'qf ingest sim --count 100000 --pace max --trade-ids --out-of-order 0.02 --duplicates 0.01 --malformed 0.001',
    },
  ],
  consumes: [],
  produces: ['tick'],
  options,
  guarantees: [
    'The same options give the same bytes on every machine and every version of Node (with a fixed --start).',
    'Ticks come in order of time, apart from those that --out-of-order delays, by at most --max-delay.',
    'A slow reader makes the simulator wait; no tick is dropped.',
  ],
  why:
    'Tests, demos and benchmarks need a market of any size that is the same everywhere and belongs to nobody. Only integers, ' +
    'square roots and the four operations are used, because sin, log and exp differ between machines.',
  symptoms:
    'A reader that is too slow shows as queue_depth at queue_capacity, and as a market that falls behind the clock. On Kafka it ' +
    'ends with 75 where another process writes the same market.',
  alternatives: [
    { name: 'Recorded data', whyNot: 'It has a size, a licence and no seed; `qf ingest file` replays it.' },
    { name: 'Independent random walks', whyNot: 'Pairs of them have no spread that returns, so no strategy finds anything.' },
  ],
  isRepeatable: (given) => !startsNow(given),
  async create(given, context) {
    if (given['out-of-order'] > 0 && given['max-delay'] < given['step-ms'] * NS_PER_MS) {
      throw new QfError('usage', '--max-delay must be at least --step-ms: late ticks arrive at the end of a step');
    }
    if (given['hot-rotate'] === 0) throw new QfError('usage', '--hot-rotate must be longer than 0');
    if (given.duplicates > 0 && !given['trade-ids']) {
      throw new QfError('usage', '--duplicates needs --trade-ids: without an id two equal ticks are two trades');
    }
    const feed = feedOf(given, await universeOf(given, context), startOf(given, context));
    const source = new SimSource(feed, new Pacer(context.clock, given.pace), given.pace === Infinity);
    return { source, processor: new TickWriter('ingest-sim', context.isStrict) };
  },
});
