import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { encodeTick } from '../../src/lib/engines/reference/tick-codec.js';
import { IGNORED } from '../../src/lib/engines/reference/tick-writer.js';
import type { Instant } from '../../src/lib/formats/time-text.js';
import { parseVenue } from '../../src/lib/venues/map-venue.js';
import type { Frame, FrameKernel, Reading, Venue } from '../../src/lib/venues/venue.js';
import { ROOT } from './cli.js';
import { refusalText } from './decoding.js';

/** Seconds with up to nine decimals, as an instant. */
export function instant(text: string): Instant {
  const [s = '', ns = ''] = text.split('.');
  return { s: Number(s), ns: Number(ns.padEnd(9, '0')) };
}

/** A text frame that came 1.5 s behind the opening of its connection, unless `changes` says something else. */
export function frameOf(content: string | Buffer, changes: Partial<Omit<Frame, 'bytes'>> = {}): Frame {
  return {
    bytes: Buffer.from(content),
    isBinary: false,
    received: instant('1700000001.5'),
    opened: instant('1700000000'),
    ...changes,
  };
}

/** A venue that is described by a file of `configs/venues`. */
export function presetVenue(name: string, symbols: readonly string[] = []): Venue {
  const path = `${ROOT}configs/venues/${name}.yaml`;
  return parseVenue(name, path, readFileSync(path, 'utf8'), symbols, 'wasm');
}

/** The smallest description of a venue: its frames are single trades. */
const SMALLEST = {
  summary: 'a venue of the tests',
  url: 'wss://host/feed',
  trades: [{ when: { '/e': 'trade' }, at: '', symbol: '/s', event_ts: { at: '/T', unit: 'ms' }, ltp: '/p', vol: '/q' }],
};

/** A venue by a description; `changes` come instead of fields of the smallest. */
export function mapVenue(changes: object = {}, symbols: readonly string[] = []): Venue {
  return parseVenue('map', 'v.yaml', JSON.stringify({ ...SMALLEST, ...changes }), symbols, 'wasm');
}

/** A venue whose frames are single trades that are described like this. */
export function tradeVenue(changes: object = {}, others: object = {}): Venue {
  return mapVenue({ ...others, trades: [{ ...SMALLEST.trades[0], ...changes }] });
}

/** Holds that a kernel has read the same, or leaves the frame to the reference. */
export function expectSame(lines: ReturnType<FrameKernel['read']>, reading: Reading): void {
  if (lines === undefined) return;
  if (lines === IGNORED) {
    expect(reading).toBe('ignored');
    return;
  }
  const trades = typeof reading === 'object' && 'trades' in reading ? reading.trades : [];
  expect(lines.map(({ lines: { bytes } }) => bytes.toString())).toEqual(
    trades.map(({ tick }) => ('reason' in tick ? tick : encodeTick(tick))),
  );
  expect(trades.some(({ isRepeated, hasReceiveTime }) => isRepeated || hasReceiveTime)).toBe(false);
}

/**
 * What a venue reads in a frame: of each trade the reason why it is refused, or the line of its tick behind what else is known of
 * it; `ignored`; or why the whole frame is rejected.
 */
export function readingOf(venue: Venue, given: Frame | string | Buffer): string[] | string {
  const frame = typeof given === 'string' || Buffer.isBuffer(given) ? frameOf(given) : given;
  const reading = venue.read(frame);
  expectSame(venue.kernel?.read(frame), reading);
  if (reading === 'ignored') return reading;
  if ('refusal' in reading) {
    return `rejected: ${refusalText(reading.refusal)}${reading.notice === undefined ? '' : `: ${reading.notice}`}`;
  }
  return reading.trades.map(({ tick, numbering, isRepeated, hasReceiveTime }) => {
    if ('reason' in tick) return refusalText(tick);
    const marks = [numbering, isRepeated ? 'repeated' : undefined, hasReceiveTime ? 'received' : undefined];
    return [...marks.filter((mark) => mark !== undefined), encodeTick(tick).trimEnd()].join(' ');
  });
}
