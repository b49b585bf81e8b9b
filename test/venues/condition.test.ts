import { describe, expect, it } from 'vitest';
import { conditionOf } from '../../src/lib/venues/condition.js';
import { FrameValues } from '../../src/lib/venues/frame-values.js';

/** Whether a frame fits a condition. */
function fits(when: Readonly<Record<string, string | readonly string[]>>, frame: string): boolean {
  const values = new FrameValues();
  const condition = conditionOf(when, values);
  expect(values.take(Buffer.from(frame))).toBe(true);
  return condition();
}

describe('a condition', () => {
  it('holds where the text stands at its pointer', () => {
    expect(fits({ '/e': 'trade' }, '{"e":"trade"}')).toBe(true);
    expect(fits({ '/data/0/e': 'trade' }, '{"data":[{"e":"trade"}]}')).toBe(true);
    expect(fits({ '/2': 'trade' }, '[1,[],"trade"]')).toBe(true);
    expect(fits({ '': 'pong' }, '"pong"')).toBe(true);
  });

  it.each([
    '{"e":"Trade"}',
    '{"e":"trades"}',
    '{"e":" trade"}',
    '{"e":""}',
    '{"e":null}',
    '{"e":["trade"]}',
    '{"e":{"trade":1}}',
    '{"x":"trade"}',
    '{}',
    '[]',
    '"trade"',
    '5',
    'null',
  ])('does not hold for %s', (frame) => {
    expect(fits({ '/e': 'trade' }, frame)).toBe(false);
  });

  it('holds only where all of it hold', () => {
    const when = { '/a': 'x', '/b': 'y' };
    expect(fits(when, '{"a":"x","b":"y"}')).toBe(true);
    for (const frame of ['{"a":"x"}', '{"b":"y"}', '{"a":"x","b":"x"}', '{"a":"y","b":"y"}', '{}'])
      expect(fits(when, frame)).toBe(false);
  });

  it('holds where any text of a list stands there', () => {
    const when = { '/e': ['trade', 'agg*'] };
    for (const e of ['trade', 'agg', 'aggTrade']) expect(fits(when, `{"e":"${e}"}`)).toBe(true);
    for (const e of ['tradeagg', 'ag', 'Agg']) expect(fits(when, `{"e":"${e}"}`)).toBe(false);
  });

  it.each([
    ['true', 'true'],
    ['false', 'false'],
    ['5', '5'],
    ['-1.5', '-1.5'],
    ['0', '0'],
  ])('compares %s by its text', (text, value) => {
    expect(fits({ '/a': text }, `{"a":${value}}`)).toBe(true);
    expect(fits({ '/a': text }, `{"a":"${value}"}`)).toBe(true);
    expect(fits({ '/a': text }, `{"a":[${value}]}`)).toBe(false);
  });

  it('compares numbers by all their digits', () => {
    expect(fits({ '/a': '9007199254740993' }, '{"a":9007199254740993}')).toBe(true);
    expect(fits({ '/a': '9007199254740993' }, '{"a":9007199254740992}')).toBe(false);
  });

  it('may ask for empty text', () => {
    expect(fits({ '/a': '' }, '{"a":""}')).toBe(true);
    for (const frame of ['{"a":" "}', '{"a":null}', '{"a":0}', '{"a":[]}', '{}']) expect(fits({ '/a': '' }, frame)).toBe(false);
  });

  it('fits text as it is meant, not as it is written', () => {
    expect(fits({ '/a"b': 'ü/"' }, '{"a\\u0022b":"\\u00fc\\/\\""}')).toBe(true);
    expect(fits({ '/e': 'trade' }, '{"\\u0065":"tr\\u0061de"}')).toBe(true);
  });

  it('fits what the last of a repeated key says', () => {
    expect(fits({ '/e': 'trade' }, '{"e":"trade","e":"book"}')).toBe(false);
    expect(fits({ '/e': 'trade' }, '{"e":"book","e":"trade"}')).toBe(true);
    expect(fits({ '/d/e': 'trade' }, '{"d":{"e":"trade"},"d":{}}')).toBe(false);
  });
});

describe('an asterisk', () => {
  it.each(['"x"', '""', '5', 'true', 'false', 'null', '[]', '{}', '{"a":1}'])('alone fits %s', (value) => {
    expect(fits({ '/a': '*' }, `{"a":${value}}`)).toBe(true);
    expect(fits({ '/a': ['x', '*'] }, `{"a":${value}}`)).toBe(true);
  });

  it('alone does not fit what is not there', () => {
    for (const frame of ['{}', '{"b":1}', '[1]', '"a"', 'null']) expect(fits({ '/a': '*' }, frame)).toBe(false);
  });

  it('stands for any text, also none', () => {
    for (const a of ['b.c', 'b..c', 'b.x.y.c', 'b.ü\\n😀.c']) expect(fits({ '/a': 'b.*c' }, `{"a":"${a}"}`)).toBe(true);
    for (const a of ['bxc', 'b.cd', 'ab.c', 'b.', '.c']) expect(fits({ '/a': 'b.*c' }, `{"a":"${a}"}`)).toBe(false);
    expect(fits({ '/a': '*@depth*' }, '{"a":"btcusdt@depth20@100ms"}')).toBe(true);
    expect(fits({ '/a': '*@depth*' }, '{"a":"btcusdt@trade"}')).toBe(false);
  });

  it('fits numbers within text, and no object, list or null', () => {
    expect(fits({ '/a': '4*' }, '{"a":404}')).toBe(true);
    expect(fits({ '/a': '4*' }, '{"a":504}')).toBe(false);
    for (const value of ['null', '[]', '{}', '[4]']) expect(fits({ '/a': '*l*' }, `{"a":${value}}`)).toBe(false);
  });

  it('is the only character that stands for others', () => {
    for (const text of ['.', '[a]', 'a+', 'a?', '^', '$', '(a|b)', '{1}', '\\d']) {
      expect(fits({ '/a': `${text}*` }, JSON.stringify({ a: `${text}!` })), text).toBe(true);
      expect(fits({ '/a': `${text}*` }, '{"a":"a"}'), text).toBe(false);
      expect(fits({ '/a': text }, '{"a":"a"}'), text).toBe(false);
    }
  });
});

describe('what every object has in JavaScript', () => {
  it.each(['/constructor', '/__proto__', '/toString', '/a/constructor', '/a/length', '/b/length', '/b/0/at', '/hasOwnProperty'])(
    'is not in a frame: %s',
    (pointer) => {
      expect(fits({ [pointer]: '*' }, '{"a":"text","b":["x"]}')).toBe(false);
      expect(fits({ [pointer]: '*' }, '[]')).toBe(false);
    },
  );

  it('is there where the frame says so', () => {
    expect(fits({ '/__proto__/x': 'y', '/constructor': '1' }, '{"__proto__":{"x":"y"},"constructor":1}')).toBe(true);
    // A prototype that a frame has set would answer for its keys.
    expect(fits({ '/e': 'trade' }, '{"__proto__":{"e":"trade"}}')).toBe(false);
  });
});

describe('FrameValues', () => {
  it('has several conditions that look at the same and at different values', () => {
    const values = new FrameValues();
    const [a, b, both] = [
      conditionOf({ '/x': 'a' }, values),
      conditionOf({ '/x': 'b' }, values),
      conditionOf({ '/x': '*', '/y': '1' }, values),
    ];
    for (const [frame, expected] of [
      ['{"x":"a","y":1}', [true, false, true]],
      ['{"x":"b"}', [false, true, false]],
      ['{"y":1}', [false, false, false]],
      ['{"x":"a"}', [true, false, false]],
    ] as const) {
      expect(values.take(Buffer.from(frame))).toBe(true);
      expect([a(), b(), both()], frame).toEqual(expected);
    }
  });

  it('takes no frame that is not JSON', () => {
    const values = new FrameValues();
    values.indexOf('/a');
    for (const frame of ['', '{', '{"a":1', '{"a":1}}', 'text', '{a:1}', '\uFEFF{"a":1}', '{"a":01}']) {
      expect(values.take(Buffer.from(frame)), frame).toBe(false);
    }
    expect(values.take(Buffer.from(' {"a":1}\n'))).toBe(true);
  });
});
