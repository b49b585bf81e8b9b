import type { Tick } from '../model/model.js';
import { NS_PER_S } from '../model/time.js';
import { Market } from './market.js';
import { Random } from './random.js';
import type { Instrument } from './universe.js';

const MS_PER_S = 1000;
const NS_PER_MS = 1_000_000;

/** Room for the index of a symbol beside a time within a step, in one exact double. */
const INDEX_RANGE = 131_072;

/** Most ticks of one step. */
const MAX_TICKS_PER_STEP = 1_000_000;

/** Largest volume of a tick. */
const MAX_LOT = 500;

export interface TapeSettings {
  readonly universe: readonly Instrument[];
  readonly seed: number;
  /** Time of the first step, ms since the epoch. */
  readonly start_ms: number;
  readonly step_ms: number;
  /** Ticks per s of a symbol of weight 1. */
  readonly rate: number;
  /** Ticks per s of a hot symbol. */
  readonly hotRate: number;
  /** Fraction of the symbols that are hot at a time; at least one where it is above 0. */
  readonly hotFraction: number;
  /** Length of time after which other symbols become hot. */
  readonly hotRotate_ms: number;
  /** Smallest step of a price, as `tickSize.units / tickSize.scale`. */
  readonly tickSize: { readonly units: number; readonly scale: number };
  readonly withIds: boolean;
}

/** How many symbols are hot at a time. */
export function hotCountOf({ universe, hotFraction }: TapeSettings): number {
  return hotFraction === 0 ? 0 : Math.max(1, Math.floor(universe.length * hotFraction));
}

/** Throws a `RangeError` where one step would make more ticks than a batch may hold. */
export function checkTape(settings: TapeSettings): void {
  const { universe, rate, hotRate, step_ms } = settings;
  const perSecond = universe.reduce((sum, { weight }) => sum + weight * rate, 0) + hotCountOf(settings) * hotRate;
  if (perSecond * (step_ms / MS_PER_S) > MAX_TICKS_PER_STEP)
    throw new RangeError(`a step would make more than ${MAX_TICKS_PER_STEP} ticks`);
}

/** The trades of a simulated market in order of time, a step at a time. */
export class Tape {
  private readonly settings: TapeSettings;
  private readonly market: Market;
  private readonly random: Random;
  private readonly rates: Float64Array;
  /** Ticks that each symbol has earned and not yet made. */
  private readonly credit: Float64Array;
  private readonly ids: Float64Array;
  private readonly isHot: Uint8Array;
  private rotation = -1;
  private elapsed_ms = 0;

  /** See `checkTape`. */
  constructor(settings: TapeSettings) {
    const { universe, seed, rate } = settings;
    this.settings = settings;
    this.random = new Random(seed, 2);
    this.market = new Market(universe, new Random(seed, 3));
    this.rates = Float64Array.from(universe, ({ weight }) => weight * rate);
    this.credit = Float64Array.from(universe, () => this.random.uniform());
    this.ids = new Float64Array(universe.length);
    this.isHot = new Uint8Array(universe.length);
  }

  /** Time up to which ticks have been made, ms since the epoch. */
  get time_ms(): number {
    return this.settings.start_ms + this.elapsed_ms;
  }

  /** Makes the ticks of the next step. */
  step(emit: (tick: Tick) => void): void {
    this.rotate();
    this.market.advance(this.elapsed_ms / MS_PER_S);
    const base_ms = this.settings.start_ms + this.elapsed_ms;
    const base_s = Math.floor(base_ms / MS_PER_S);
    const base_ns = (base_ms - base_s * MS_PER_S) * NS_PER_MS;
    for (const key of this.schedule()) {
      const offset_ns = Math.floor(key / INDEX_RANGE);
      emit(this.tick(key - offset_ns * INDEX_RANGE, base_s, base_ns + offset_ns, offset_ns));
    }
    this.elapsed_ms += this.settings.step_ms;
  }

  /** When in the step which symbol trades: `offset_ns * INDEX_RANGE + index`, sorted. */
  private schedule(): Float64Array {
    const { step_ms, hotRate } = this.settings;
    const step_s = step_ms / MS_PER_S;
    const step_ns = step_ms * NS_PER_MS;
    const keys: number[] = [];
    for (let index = 0; index < this.rates.length; index++) {
      const rate = this.isHot[index] === 1 ? hotRate : (this.rates[index] as number);
      let credit = (this.credit[index] as number) + rate * step_s;
      for (; credit >= 1; credit--) keys.push(this.random.below(step_ns) * INDEX_RANGE + index);
      this.credit[index] = credit;
    }
    return Float64Array.from(keys).sort();
  }

  private tick(index: number, base_s: number, ns: number, offset_ns: number): Tick {
    const { universe, tickSize, withIds } = this.settings;
    const exact = this.market.price(index, this.elapsed_ms / MS_PER_S + offset_ns / NS_PER_S);
    const bounce = this.random.below(3) - 1;
    const ticks = Math.max(1, Math.round((exact * tickSize.scale) / tickSize.units) + bounce);
    const carry_s = Math.floor(ns / NS_PER_S);
    const id = withIds ? (this.ids[index] = (this.ids[index] as number) + 1) : undefined;
    return {
      symbol: (universe[index] as Instrument).symbol,
      event_s: base_s + carry_s,
      event_ns: ns - carry_s * NS_PER_S,
      ltp: (ticks * tickSize.units) / tickSize.scale,
      vol_units: 1 + this.random.below(MAX_LOT),
      vol_e8: 0,
      trade_id: id === undefined ? undefined : String(id),
      side: undefined,
    };
  }

  /** Chooses other hot symbols when it is time for that. */
  private rotate(): void {
    const rotation = Math.floor(this.elapsed_ms / this.settings.hotRotate_ms);
    if (rotation === this.rotation) return;
    this.rotation = rotation;
    this.isHot.fill(0);
    for (let left = hotCountOf(this.settings); left > 0;) {
      const index = this.random.below(this.isHot.length);
      left -= 1 - (this.isHot[index] as number);
      this.isHot[index] = 1;
    }
  }
}
