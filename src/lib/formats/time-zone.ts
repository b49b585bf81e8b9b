import { IANAZone } from 'luxon';
import type { Zone } from './time-text.js';

/** Offsets change only at multiples of this. */
const OFFSET_STEP_S = 60;
const DAY_S = 86_400;
const MAX_CACHED = 1000;

/** A time zone of the IANA database. */
export class TimeZone implements Zone {
  private readonly zone: IANAZone;
  /** Offsets by the step of UTC time: those of the day before and behind are asked for with every local time. */
  private readonly offsets_s = new Map<number, number>();

  /** Throws an `Error` where there is no such zone. */
  constructor(name: string) {
    this.zone = IANAZone.create(name);
    if (!this.zone.isValid) throw new Error(`"${name}" is not a time zone such as UTC or Asia/Kolkata`);
  }

  /** Local time minus UTC at an instant, s. */
  private offset_s(utc_s: number): number {
    const step = Math.floor(utc_s / OFFSET_STEP_S);
    const known = this.offsets_s.get(step);
    if (known !== undefined) return known;
    if (this.offsets_s.size >= MAX_CACHED) this.offsets_s.clear();
    const offset_s = this.zone.offset(step * OFFSET_STEP_S * 1000) * 60;
    this.offsets_s.set(step, offset_s);
    return offset_s;
  }

  /**
   * The instant at which clocks show a local time, s: the first where they show it twice; where they skip it, the one that clocks
   * that were not put forward would show (RFC 5545, section 3.3.5).
   */
  toUtc_s(local_s: number): number {
    const before_s = this.offset_s(local_s - DAY_S);
    const behind_s = this.offset_s(local_s + DAY_S);
    const isBehind = this.offset_s(local_s - before_s) !== before_s && this.offset_s(local_s - behind_s) === behind_s;
    return local_s - (isBehind ? behind_s : before_s);
  }

  /** Number of the local day at an instant. */
  dayOf(utc_s: number): number {
    return Math.floor((utc_s + this.offset_s(utc_s)) / DAY_S);
  }

  /** Minute of the local day at an instant, 0 to 1439. */
  minuteOfDay(utc_s: number): number {
    const local_s = utc_s + this.offset_s(utc_s);
    return Math.floor((local_s - Math.floor(local_s / DAY_S) * DAY_S) / 60);
  }
}
