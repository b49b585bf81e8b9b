import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, parseTime, UTC, type Zone } from '../../src/lib/formats/time-text.js';

const NS = 1_000_000_000n;

/** A zone that is always one hour ahead of UTC. */
const ONE_AHEAD: Zone = { toUtc_s: (local_s) => local_s - 3600, dayOf: (utc_s) => Math.floor((utc_s + 3600) / 86_400) };

/** An instant as ns since the epoch. */
function nsOf(time: Instant | undefined): bigint | undefined {
  return time && BigInt(time.s) * NS + BigInt(time.ns);
}

function iso(text: string, zone = UTC): bigint | undefined {
  return nsOf(parseTime(text, 'iso', zone));
}

/** ns since the epoch of an ISO time of at most ms, as Date has it. */
function dateNs(text: string): bigint {
  return BigInt(Date.parse(text)) * 1_000_000n;
}

describe('a number of', () => {
  const units = [
    ['s', 9],
    ['ms', 6],
    ['us', 3],
    ['ns', 0],
  ] as const;
  const whole = fc.bigInt({ min: 0n, max: 5_000_000_000n * NS });
  const fraction = fc.stringMatching(/^[0-9]{1,30}$/);

  it.each(units)('%s is exact, whatever stands behind the point, and cut at the nanosecond', (unit, digits) => {
    fc.assert(
      fc.property(whole, fc.option(fraction, { nil: undefined }), (all_ns, behind) => {
        const count = all_ns / 10n ** BigInt(digits);
        const text = behind === undefined ? String(count) : `${count}.${behind}`;
        const expected_ns = BigInt(count.toString() + (behind ?? '').slice(0, digits).padEnd(digits, '0'));
        expect(nsOf(parseTime(text, unit, UTC))).toBe(expected_ns);
      }),
    );
  });

  it.each(units)('%s does not ask the time zone', (unit) => {
    expect(parseTime('1700000000123456789', unit, ONE_AHEAD)).toEqual(parseTime('1700000000123456789', unit, UTC));
  });

  it('any unit keeps ns below one second', () => {
    fc.assert(
      fc.property(fc.constantFrom('s', 'ms', 'us', 'ns' as const), whole, (unit, count) => {
        const time = parseTime(String(count), unit, UTC);
        expect(time?.ns).toBeGreaterThanOrEqual(0);
        expect(time?.ns).toBeLessThan(1_000_000_000);
      }),
    );
  });

  it.each(units)('%s below zero is some time before the epoch', (unit) => {
    for (const text of ['-1', '-1700000000', '-0.5', '-0']) expect(parseTime(text, unit, UTC)?.s).toBeLessThan(0);
  });

  it.each(['', ' ', ' 1', '1 ', '+1', '--1', '1.', '.5', '1.2.3', '1e9', '1,5', '0x10', 'NaN', '2024-01-02', '1'.repeat(31)])(
    '%j is no time',
    (text) => {
      for (const [unit] of units) expect(parseTime(text, unit, UTC), unit).toBeUndefined();
    },
  );

  it('thirty digits is read, and leading zeros are nothing', () => {
    expect(nsOf(parseTime(`${'0'.repeat(20)}1700000000`, 's', UTC))).toBe(1_700_000_000n * NS);
  });
});

describe('an ISO time', () => {
  const date = fc.date({ min: new Date('0100-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });

  it('is what Date makes of it', () => {
    fc.assert(
      fc.property(date, (time) => {
        expect(iso(time.toISOString())).toBe(BigInt(time.getTime()) * 1_000_000n);
      }),
    );
  });

  it('with an offset is what Date makes of it, with and without the colon, in any zone', () => {
    const offset = fc.tuple(fc.constantFrom('+', '-'), fc.nat({ max: 23 }), fc.nat({ max: 59 }));
    fc.assert(
      fc.property(date, offset, (time, [sign, hours, minutes]) => {
        const local = time.toISOString().slice(0, -1);
        const [h, m] = [hours, minutes].map((part) => String(part).padStart(2, '0'));
        const expected_ns = dateNs(`${local}${sign}${h}:${m}`);
        expect(iso(`${local}${sign}${h}:${m}`)).toBe(expected_ns);
        expect(iso(`${local}${sign}${h}${m}`, ONE_AHEAD)).toBe(expected_ns);
      }),
    );
  });

  it('without an offset is local time of the zone', () => {
    fc.assert(
      fc.property(date, (time) => {
        const local = time.toISOString().slice(0, -1);
        expect(iso(local, ONE_AHEAD)).toBe(BigInt(time.getTime() - 3_600_000) * 1_000_000n);
      }),
    );
    expect(iso('2024-01-02T03:04:05Z', ONE_AHEAD)).toBe(dateNs('2024-01-02T03:04:05Z'));
  });

  it('keeps nine digits of a second and cuts the rest', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,30}$/), fc.constantFrom('.', ','), (fraction, point) => {
        const expected_ns = dateNs('2024-01-02T03:04:05Z') + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
        expect(iso(`2024-01-02T03:04:05${point}${fraction}Z`)).toBe(expected_ns);
      }),
    );
  });

  it.each([
    ['2024-01-02 03:04:05', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04', '2024-01-02T03:04:00Z'],
    ['2024-01-02 03:04+05:30', '2024-01-02T03:04:00+05:30'],
    ['2024-01-02', '2024-01-02T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2000-02-29', '2000-02-29T00:00:00Z'],
    ['2024-01-02T23:59:59-00:30', '2024-01-03T00:29:59Z'],
    ['1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z'],
  ])('may be written as %s', (text, expected) => {
    expect(iso(text)).toBe(dateNs(expected));
  });

  it.each([
    '2024-02-30',
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-01-32',
    '2024-01-02T24:00:00Z',
    '2024-01-02T23:60:00Z',
    '2024-01-02T23:59:60Z',
  ])('is not on a day or at an hour that does not exist: %s', (text) => {
    expect(iso(text)).toBeUndefined();
  });

  it.each([
    '',
    '2024',
    '2024-01',
    '24-01-02',
    '2024/01/02',
    '2024-1-2',
    '2024-01-02T',
    '2024-01-02T03',
    '2024-01-02T3:04:05',
    '2024-01-02  03:04:05',
    '2024-01-02t03:04:05',
    '2024-01-02T03:04:05.',
    '2024-01-02T03:04.5',
    '2024-01-02T03:04:05z',
    '2024-01-02T03:04:05+5',
    '2024-01-02T03:04:05+05',
    '2024-01-02T03:04:05 UTC',
    ' 2024-01-02',
    '2024-01-02\n',
    '-2024-01-02',
    '1700000000',
  ])('is not %j', (text) => {
    expect(iso(text)).toBeUndefined();
  });
});

describe('UTC', () => {
  it('numbers its days from the epoch, also before it', () => {
    expect([-86_401, -86_400, -1, 0, 86_399, 86_400].map((s) => UTC.dayOf(s))).toEqual([-2, -1, -1, 0, 0, 1]);
  });
});

describe('what looks like a time', () => {
  it.each(['0085-01-01', '0000-01-01', '2024-01-01T00:00+24:00', '2024-01-01T00:00+99:99', '2024-01-01T00:00+01:60'])(
    '%s is none',
    (text) => {
      expect(parseTime(text, 'iso', UTC)).toBeUndefined();
    },
  );
});
