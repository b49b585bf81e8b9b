import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeZone } from '../../src/lib/formats/time-zone.js';

/** Seconds since the epoch at which a clock that shows UTC shows this. */
function seconds(text: string): number {
  return Date.parse(`${text}Z`) / 1000;
}

/** The instant at which clocks in `zone` show `local`, in UTC. */
function utcOf(zone: string, local: string): string {
  return new Date(new TimeZone(zone).toUtc_s(seconds(local)) * 1000).toISOString().slice(0, 19);
}

/** What the clocks of a zone show, by the library of the language. */
class Clocks {
  private readonly format: Intl.DateTimeFormat;

  constructor(zone: string) {
    this.format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  }

  show_s(utc_s: number): number {
    return seconds(this.format.format(utc_s * 1000).replace(' ', 'T'));
  }
}

const ZONES = [
  'UTC',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const instant_s = fc.integer({ min: seconds('1985-01-01T00:00:00'), max: seconds('2035-01-01T00:00:00') });

describe('a local time', () => {
  it.each([
    ['Europe/Berlin', 'in winter', '2024-01-15T12:00:00', '2024-01-15T11:00:00'],
    ['Europe/Berlin', 'in summer', '2024-07-15T12:00:00', '2024-07-15T10:00:00'],
    ['Europe/Berlin', 'before the gap', '2024-03-31T01:59:59', '2024-03-31T00:59:59'],
    ['Europe/Berlin', 'at the start of the gap, which no clock shows', '2024-03-31T02:00:00', '2024-03-31T01:00:00'],
    ['Europe/Berlin', 'within the gap', '2024-03-31T02:30:00', '2024-03-31T01:30:00'],
    ['Europe/Berlin', 'behind the gap', '2024-03-31T03:00:00', '2024-03-31T01:00:00'],
    ['Europe/Berlin', 'before the overlap', '2024-10-27T01:59:59', '2024-10-26T23:59:59'],
    ['Europe/Berlin', 'that comes twice: the first', '2024-10-27T02:00:00', '2024-10-27T00:00:00'],
    ['Europe/Berlin', 'at the end of the overlap: the first', '2024-10-27T02:59:59', '2024-10-27T00:59:59'],
    ['Europe/Berlin', 'behind the overlap', '2024-10-27T03:00:00', '2024-10-27T02:00:00'],
    ['Asia/Kolkata', 'at half an hour', '2021-04-08T09:15:00', '2021-04-08T03:45:00'],
    ['Asia/Kathmandu', 'at a quarter of an hour', '2024-01-15T00:00:00', '2024-01-14T18:15:00'],
    ['Australia/Lord_Howe', 'in winter', '2024-07-15T12:00:00', '2024-07-15T01:30:00'],
    ['Australia/Lord_Howe', 'in summer', '2024-01-15T12:00:00', '2024-01-15T01:00:00'],
    ['Australia/Lord_Howe', 'before its gap of half an hour', '2024-10-06T01:59:59', '2024-10-05T15:29:59'],
    ['Australia/Lord_Howe', 'within its gap', '2024-10-06T02:15:00', '2024-10-05T15:45:00'],
    ['Australia/Lord_Howe', 'behind its gap', '2024-10-06T02:30:00', '2024-10-05T15:30:00'],
    ['Australia/Lord_Howe', 'in its overlap of half an hour: the first', '2024-04-07T01:45:00', '2024-04-06T14:45:00'],
    ['Australia/Lord_Howe', 'behind its overlap', '2024-04-07T02:00:00', '2024-04-06T15:30:00'],
    ['America/New_York', 'within the gap', '2024-03-10T02:30:00', '2024-03-10T07:30:00'],
    ['America/New_York', 'that comes twice: the first', '2024-11-03T01:30:00', '2024-11-03T05:30:00'],
    ['Pacific/Apia', 'before the day that was left out', '2011-12-29T23:59:59', '2011-12-30T09:59:59'],
    ['Pacific/Apia', 'behind the day that was left out', '2011-12-31T00:00:00', '2011-12-30T10:00:00'],
    ['UTC', 'as it is', '2024-03-31T02:30:00', '2024-03-31T02:30:00'],
  ])('in %s %s: %s is %s UTC', (zone, _, local, utc) => {
    expect(utcOf(zone, local)).toBe(utc);
  });

  it.each(ZONES)('in %s that clocks show is found again, and is the first of its instants', (name) => {
    const zone = new TimeZone(name);
    const clocks = new Clocks(name);
    fc.assert(
      fc.property(instant_s, (utc_s) => {
        const local_s = clocks.show_s(utc_s);
        const found_s = zone.toUtc_s(local_s);
        expect(clocks.show_s(found_s)).toBe(local_s);
        expect(found_s).toBeLessThanOrEqual(utc_s);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same whatever was asked before, also when more was asked than is remembered', () => {
    const zone = new TimeZone('Europe/Berlin');
    const local_s = seconds('2024-10-27T02:30:00');
    const first_s = zone.toUtc_s(local_s);
    for (let step = 1; step <= 1500; step++) zone.toUtc_s(local_s + step * 7 * 86_400);
    expect(zone.toUtc_s(local_s)).toBe(first_s);
    expect(first_s).toBe(seconds('2024-10-27T00:30:00'));
  });
});

describe('a local day', () => {
  const day = (zone: string, utc: string): number => new TimeZone(zone).dayOf(seconds(utc));

  it('begins at local midnight', () => {
    expect(day('Asia/Kolkata', '2024-01-02T18:30:00') - day('Asia/Kolkata', '2024-01-02T18:29:59')).toBe(1);
    expect(day('Europe/Berlin', '2024-07-01T22:00:00') - day('Europe/Berlin', '2024-07-01T21:59:59')).toBe(1);
    expect(day('Europe/Berlin', '2024-01-01T23:00:00') - day('Europe/Berlin', '2024-01-01T22:59:59')).toBe(1);
  });

  it('has 23 hours where clocks are put forward, and 25 where they are put back', () => {
    const berlin = new TimeZone('Europe/Berlin');
    const hours = (from: string, to: string): number => (berlin.toUtc_s(seconds(to)) - berlin.toUtc_s(seconds(from))) / 3600;
    expect(hours('2024-03-31T00:00:00', '2024-04-01T00:00:00')).toBe(23);
    expect(hours('2024-10-27T00:00:00', '2024-10-28T00:00:00')).toBe(25);
    expect(day('Europe/Berlin', '2024-10-27T22:59:59')).toBe(day('Europe/Berlin', '2024-10-26T22:00:00'));
  });

  it.each(ZONES)('in %s is the day that clocks show', (name) => {
    const zone = new TimeZone(name);
    const clocks = new Clocks(name);
    fc.assert(
      fc.property(instant_s, (utc_s) => {
        expect(zone.dayOf(utc_s)).toBe(Math.floor(clocks.show_s(utc_s) / 86_400));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a name', () => {
  it.each(['', 'Berlin', 'Europe/Nowhere', 'local time', '+25:00'])('that is no zone is refused: %j', (name) => {
    expect(() => new TimeZone(name)).toThrow(`"${name}" is not a time zone such as UTC or Asia/Kolkata`);
  });
});

describe('a zone that changes its clocks at a minute past midnight', () => {
  it('is read to the minute', () => {
    expect(new TimeZone('America/St_Johns').toUtc_s(Date.UTC(2010, 2, 14, 1, 10) / 1000)).toBe(
      Date.UTC(2010, 2, 14, 3, 40) / 1000,
    );
  });
});
