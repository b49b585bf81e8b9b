import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/lib/formats/config-file.js';
import { QfError } from '../../src/lib/runtime/errors.js';

/** The smallest venue; its lines are counted from 1. */
const YAML = `summary: a venue
url: wss://host/
trades:
  - when: { /e: trade }
    at: /d
    symbol: /s
    event_ts: { at: /T, unit: ms }
    ltp: /p
    vol: /q
`;

/** The same with a part of it changed; or with lines behind it. */
function changed(part: string, into: string): string {
  expect(YAML).toContain(part);
  return YAML.replace(part, into);
}

/** The usage error of a configuration that is refused. */
function refusalOf(text: string): string {
  try {
    parseConfig('v.yaml', text, 'venue');
  } catch (error) {
    expect(error).toBeInstanceOf(QfError);
    expect(error).toMatchObject({ code: 'usage' });
    return (error as QfError).message;
  }
  return 'taken';
}

const POINTER = 'must match ^(?:/(?:[^~]|~[01])*)*$: JSON pointer (RFC 6901), such as /data/price; an empty one is the whole.';
const TOP_KEYS = 'summary, url, headers, subscribe, symbols_per_subscribe, heartbeat, zone, trades, ignore, errors';
const TRADE_KEYS = 'name, when, at, symbol, event_ts, ltp, vol, trade_id, side, consecutive_ids, snapshot';

const VALUE = {
  summary: 'a venue',
  url: 'wss://host/',
  trades: [{ when: { '/e': 'trade' }, at: '/d', symbol: '/s', event_ts: { at: '/T', unit: 'ms' }, ltp: '/p', vol: '/q' }],
};

describe('a configuration', () => {
  it('may be YAML', () => {
    expect(parseConfig('v.yaml', YAML, 'venue')).toEqual(VALUE);
  });

  it('may be JSON', () => {
    expect(parseConfig('v.json', JSON.stringify(VALUE, null, 2), 'venue')).toEqual(VALUE);
  });

  it('may have comments, anchors, merges, and CR LF', () => {
    const text = `# a venue\n${changed('- when', '- &t\n    when')}  - <<: *t\n    when: { /e: [batch, '5'] }\n    snapshot: always\n`;
    const [trade] = VALUE.trades;
    const expected = { ...VALUE, trades: [trade, { ...trade, when: { '/e': ['batch', '5'] }, snapshot: 'always' }] };
    expect(parseConfig('v.yaml', text, 'venue')).toEqual(expected);
    expect(parseConfig('v.yaml', `\uFEFF${text.replaceAll('\n', '\r\n')}`, 'venue')).toEqual(expected);
  });
});

describe('a configuration is refused with its line', () => {
  it.each([
    ['that is cut', `${YAML}ignore: [{ /a: b }`, /^v\.yaml: line 10: .*Flow sequence/],
    ['with a tab', 'summary: s\n\turl: x\n', /^v\.yaml: line 2: Tabs/],
    ['with a key twice', `${YAML}url: wss://other/\n`, /^v\.yaml: line 10: Map keys must be unique$/],
    ['in JSON', '{"summary": "s",\n"url" "x"}', /^v\.yaml: line 2: /],
    ['with two documents', `${YAML}---\n${YAML}`, /^v\.yaml: line 10: another document begins, and one is read$/],
  ])('for the syntax of one %s', (_, text, message) => {
    expect(refusalOf(text)).toMatch(message);
  });

  it.each([
    ['at the top', `${YAML}sumary: s\n`, `line 10: the file has an unknown key "sumary": there are ${TOP_KEYS}`],
    [
      'whose value is below it',
      `${YAML}heartbeats:\n  every: 20s\n`,
      `line 10: the file has an unknown key "heartbeats": there are ${TOP_KEYS}`,
    ],
    ['of a trade', `${YAML}    sides:\n      at: /s\n`, `line 10: trades.0 has an unknown key "sides": there are ${TRADE_KEYS}`],
    [
      'of a heartbeat',
      `${YAML}heartbeat: { ever: 20s }\n`,
      'line 10: heartbeat has an unknown key "ever": there are every, send',
    ],
    ['of an error', `${YAML}errors:\n  - { /a: b }\n`, 'line 11: errors.0 has an unknown key "/a": there are when, text'],
    ['of a field', changed('/p', '{ fram: /p }'), 'line 8: trades.0.ltp has an unknown key "fram": there are frame, value'],
    [
      'of a volume',
      changed('/q', '{ cumulativ: /q }'),
      'line 9: trades.0.vol has an unknown key "cumulativ": there are frame, value, cumulative',
    ],
    [
      'of a side',
      `${YAML}    side: { at: /m, values: { a: buy }, x: 1 }\n`,
      'line 10: trades.0.side has an unknown key "x": there are at, values',
    ],
    [
      'of a snapshot',
      `${YAML}    snapshot: { older: 2s }\n`,
      'line 10: trades.0.snapshot has an unknown key "older": there are older_than',
    ],
    ['that every object has', `${YAML}__proto__: 1\n`, `line 10: the file has an unknown key "__proto__": there are ${TOP_KEYS}`],
    [
      'that steers a terminal',
      `${YAML}"\\e[31m": 1\n`,
      `line 10: the file has an unknown key "\\u001b[31m": there are ${TOP_KEYS}`,
    ],
    [
      'that is long',
      `${YAML}${'k'.repeat(100)}: 1\n`,
      `line 10: the file has an unknown key "${'k'.repeat(60)}": there are ${TOP_KEYS}`,
    ],
  ])('for an unknown key %s', (_, text, message) => {
    expect(refusalOf(text)).toBe(`v.yaml: ${message}`);
  });

  it.each([
    ['at the top', changed('url: wss://host/\n', ''), 'line 1: the file lacks "url"'],
    ['of the trades', changed('    ltp: /p\n', ''), 'line 4: trades.0 lacks "ltp"'],
    ['of a time', changed(', unit: ms', ''), 'line 7: trades.0.event_ts lacks "unit"'],
    ['of a side', `${YAML}    side: { at: /m }\n`, 'line 10: trades.0.side lacks "values"'],
    ['of a side, the other', `${YAML}    side: { values: { a: buy } }\n`, 'line 10: trades.0.side lacks "at"'],
    ['of a snapshot', `${YAML}    snapshot: {}\n`, 'line 10: trades.0.snapshot lacks "older_than"'],
    ['of an error', `${YAML}errors:\n  - text: /x\n`, 'line 11: errors.0 lacks "when"'],
    ['of a field, of two kinds', changed('/p', '{}'), 'line 8: trades.0.ltp lacks "frame", or lacks "value"'],
    [
      'of a heartbeat',
      `${YAML}heartbeat: { every: 20s }\n`,
      'line 10: heartbeat must have property send when property every is present',
    ],
  ])('for a missing key %s', (_, text, message) => {
    expect(refusalOf(text)).toBe(`v.yaml: ${message}`);
  });

  it.each([
    ['a unit', changed('unit: ms', 'unit: min'), 'line 7: trades.0.event_ts.unit must be one of s, ms, us, ns, iso'],
    ['a side', `${YAML}    side: { at: /m, values: { a: bye } }\n`, 'line 10: trades.0.side.values.a must be one of buy, sell'],
    [
      'a time',
      changed('{ at: /T, unit: ms }', 'recieve'),
      'line 7: trades.0.event_ts must be an object with at, unit, or must be "receive"',
    ],
    [
      'a snapshot',
      `${YAML}    snapshot: alway\n`,
      'line 10: trades.0.snapshot must be "always", or must be an object with older_than',
    ],
  ])('for a word that is none of %s', (_, text, message) => {
    expect(refusalOf(text)).toBe(`v.yaml: ${message}`);
  });

  it.each([
    ['a number for text', changed('/p', '5'), 'line 8: trades.0.ltp must be string: put it in quotes'],
    ['true for text', changed('trade }', 'true }'), 'line 4: trades.0.when./e must be string: put it in quotes'],
    ['a number in a list of text', changed('trade }', '[a, 5] }'), 'line 4: trades.0.when./e.1 must be string: put it in quotes'],
    ['a number for a constant', changed('/p', '{ value: 5 }'), 'line 8: trades.0.ltp.value must be string: put it in quotes'],
    ['nothing for text', changed('a venue', ''), 'line 1: summary must be string'],
    [
      'a list for a field',
      changed('/p', '[/p]'),
      'line 8: trades.0.ltp must be string, or must be an object with frame, or must be an object with value',
    ],
    [
      'a pointer for a time',
      changed('{ at: /T, unit: ms }', '/T'),
      'line 7: trades.0.event_ts must be an object with at, unit, or must be "receive"',
    ],
    ['an object for a list', `${YAML}ignore: { /e: x }\n`, 'line 10: ignore must be array'],
    ['text for an object', `${YAML}ignore:\n  - x\n`, 'line 11: ignore.0 must be object'],
    ['text for a message', `${YAML}subscribe:\n  - x\n`, 'line 11: subscribe.0 must be object or array'],
    ['text for true', `${YAML}    consecutive_ids: 'yes'\n`, 'line 10: trades.0.consecutive_ids must be boolean'],
    ['text for a number', `${YAML}symbols_per_subscribe: '10'\n`, 'line 10: symbols_per_subscribe must be integer'],
    ['a fraction', `${YAML}symbols_per_subscribe: 1.5\n`, 'line 10: symbols_per_subscribe must be integer'],
    ['too small a number', `${YAML}symbols_per_subscribe: 0\n`, 'line 10: symbols_per_subscribe must be >= 1'],
    ['nothing at all', '', 'line 1: the file must be an object with summary, url, trades'],
    ['a list', '# a venue\n- a\n', 'line 2: the file must be an object with summary, url, trades'],
  ])('for %s', (_, text, message) => {
    expect(refusalOf(text)).toBe(`v.yaml: ${message}`);
  });

  it.each([
    ['no trades', 'summary: s\nurl: wss://h/\ntrades: []\n', 'line 3: trades must not be empty'],
    ['no condition', changed('{ /e: trade }', '{}'), 'line 4: trades.0.when must not be empty'],
    ['no text in a condition', changed('trade }', '[] }'), 'line 4: trades.0.when./e must not be empty'],
    ['an empty name', `${YAML}    name: ''\n`, 'line 10: trades.0.name must not be empty'],
  ])('for %s', (_, text, message) => {
    expect(refusalOf(text)).toBe(`v.yaml: ${message}`);
  });

  it.each([
    ['a pointer without a slash', changed('/p', 'p'), `line 8: trades.0.ltp ${POINTER}`],
    ['a pointer with a tilde', changed('/p', '/p~2'), `line 8: trades.0.ltp ${POINTER}`],
    ['a pointer into the frame', changed('/p', '{ frame: p }'), `line 8: trades.0.ltp.frame ${POINTER}`],
    ['a pointer to a volume', changed('/q', '{ cumulative: q }'), `line 9: trades.0.vol.cumulative ${POINTER}`],
    ['a pointer to the trades', changed('/d', 'd'), `line 5: trades.0.at ${POINTER}`],
    [
      'a pointer of a condition',
      changed('/e: trade', '/a: b, e: trade'),
      'line 4: trades.0.when has the key "e", which must match ^(?:/(?:[^~]|~[01])*)*$: JSON pointer (RFC 6901), such as /data/type.',
    ],
    [
      'an address',
      changed('wss:', 'https:'),
      'line 2: url must match ^wss?://: Address of the websocket, wss:// or ws://. ${NAME} is replaced by a credential of that name.',
    ],
  ])('for %s that is none', (_, text, message) => {
    expect(refusalOf(text)).toBe(`v.yaml: ${message}`);
  });
});

describe('the line of a mistake', () => {
  it('is that of the value itself where it is far below', () => {
    const text = changed(
      '    event_ts: { at: /T, unit: ms }\n',
      '    event_ts:\n      at: /T\n\n      # a comment\n      unit: min\n',
    );
    expect(refusalOf(text)).toMatch(/^v\.yaml: line 11: trades\.0\.event_ts\.unit /);
  });

  it('is right in JSON and with CR LF', () => {
    expect(refusalOf(JSON.stringify({ ...VALUE, url: 'x' }, null, 2))).toMatch(/^v\.yaml: line 3: url /);
    expect(refusalOf(`${YAML}foo: 1\n`.replaceAll('\n', '\r\n'))).toMatch(/^v\.yaml: line 10: .*"foo"/);
  });

  it('is that of the alias where one stands for what is wrong', () => {
    const text = changed('a venue', '&x { frame: p }').replace('/q', '*x');
    expect(refusalOf(text)).toMatch(/^v\.yaml: line 9: trades\.0\.vol\.frame /);
  });

  it('is that of the mistake that is furthest inside, where there are several', () => {
    expect(refusalOf(`${changed('unit: ms', 'unit: min')}foo: 1\nbar: 2\n`)).toMatch(/^v\.yaml: line 7: /);
  });

  it('is that of the value beside a merge', () => {
    const text = `${changed('- when', '- &t\n    when')}  - <<: *t\n    when: { /e: 5 }\n`;
    expect(refusalOf(text)).toMatch(/^v\.yaml: line 12: trades\.1\.when\.\/e /);
  });
});

describe('a configuration that cannot be made', () => {
  it('because an alias leads nowhere is refused', () => {
    expect(refusalOf(`${YAML}ignore: *x\n`)).toMatch(/^v\.yaml: Unresolved alias .*: x$/);
  });

  it('because its aliases grow without measure is refused', () => {
    const level = (name: string, of: string): string => `${name}: &${name} [${Array(20).fill(of).join(', ')}]\n`;
    expect(refusalOf(level('a', 'x') + level('b', '*a') + level('c', '*b') + level('d', '*c'))).toMatch(
      /^v\.yaml: Excessive alias count/,
    );
  });

  it('because it holds itself is refused', () => {
    expect(refusalOf(`${YAML}ignore: &a\n  - *a\n`)).toBe('v.yaml: line 11: ignore.0 must be object');
  });
});
