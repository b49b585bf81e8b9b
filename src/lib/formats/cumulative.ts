import { E8_PER_UNIT } from '../core/model/decimal.js';
import type { Tick } from '../core/model/model.js';
import { QfError } from '../runtime/errors.js';
import type { Zone } from './time-text.js';

/** Symbols whose volume so far is remembered. */
const MAX_SYMBOLS = 1_000_000;

interface Running {
  day: number;
  units: number;
  e8: number;
}

/**
 * Volumes of single ticks from a feed that gives the day's volume so far: the growth of the running maximum, by symbol and local
 * day. Such feeds fall back on rows that come late; a fall is no trade. What was traded before the first row of a day is not
 * known, so that row has volume 0.
 */
export class CumulativeVolume {
  private readonly running = new Map<string, Running>();
  private readonly zone: Zone;

  constructor(zone: Zone) {
    this.zone = zone;
  }

  /** Replaces the volume so far in `tick` by what it has grown. */
  toGrowth(tick: Tick): void {
    const day = this.zone.dayOf(tick.event_s);
    const { vol_units: units, vol_e8: e8 } = tick;
    const last = this.running.get(tick.symbol);
    if (last === undefined && this.running.size >= MAX_SYMBOLS) {
      throw new QfError(
        'fault',
        `more than ${MAX_SYMBOLS.toLocaleString('en-US')} symbols with cumulative volumes: split the input by symbol`,
      );
    }
    tick.vol_units = 0;
    tick.vol_e8 = 0;
    if (last === undefined || day > last.day) this.running.set(tick.symbol, { day, units, e8 });
    else if (day === last.day && (units > last.units || (units === last.units && e8 > last.e8))) {
      const borrow = e8 < last.e8 ? 1 : 0;
      tick.vol_units = units - last.units - borrow;
      tick.vol_e8 = e8 - last.e8 + borrow * E8_PER_UNIT;
      last.units = units;
      last.e8 = e8;
    }
  }
}
