import { describe, expect, it } from 'vitest';
import { asksForSymbols, subscriptions } from '../../src/lib/venues/messages.js';

/** The messages, as values. */
function messages(templates: readonly unknown[], symbols: readonly string[], perMessage = Infinity): unknown[] {
  return subscriptions(templates, symbols, perMessage).map((text) => JSON.parse(text) as unknown);
}

describe('a message', () => {
  it('without a place for symbols is sent once, as it is', () => {
    const template = { op: 'auth', args: ['a', { b: null, c: [1.5, true] }], '': '{sym}' };
    expect(messages([template, ['x']], ['A', 'B'])).toEqual([template, ['x']]);
    expect(messages([template], [])).toEqual([template]);
  });

  it('has one element of its list for each symbol', () => {
    expect(messages([{ op: 'subscribe', args: ['trade.{symbol}'] }], ['A', 'B'])).toEqual([
      { op: 'subscribe', args: ['trade.A', 'trade.B'] },
    ]);
  });

  it('keeps what else is in the list, in its order', () => {
    expect(messages([{ args: ['first', '{symbol}', 'last', 7] }], ['A', 'B'])).toEqual([
      { args: ['first', 'A', 'B', 'last', 7] },
    ]);
  });

  it('may write symbols in lower case, and several times in one element', () => {
    expect(messages([{ args: ['{symbol:lower}@{symbol}/{symbol:lower}'] }], ['BtcUSDT'])).toEqual([
      { args: ['btcusdt@BtcUSDT/btcusdt'] },
    ]);
  });

  it('has one object of its list for each symbol, however deep the place is in it', () => {
    expect(messages([{ args: [{ channel: 'trades', at: { id: '{symbol}' } }, { channel: 'status' }] }], ['A', 'B'])).toEqual([
      {
        args: [{ channel: 'trades', at: { id: 'A' } }, { channel: 'trades', at: { id: 'B' } }, { channel: 'status' }],
      },
    ]);
  });

  it('fills the innermost list', () => {
    expect(messages([[1, 'sub', ['{symbol}', 'x']]], ['A', 'B'])).toEqual([[1, 'sub', ['A', 'B', 'x']]]);
    expect(messages([{ params: [{ channel: 'trade', symbols: ['{symbol}'] }] }], ['A', 'B'])).toEqual([
      { params: [{ channel: 'trade', symbols: ['A', 'B'] }] },
    ]);
  });

  it('fills several lists', () => {
    expect(messages([{ trades: ['{symbol}'], books: [['{symbol:lower}']] }], ['A', 'B'])).toEqual([
      { trades: ['A', 'B'], books: [['a', 'b']] },
    ]);
  });

  it('is sent once for each symbol where no list has the place', () => {
    expect(messages([{ event: 'subscribe', pair: '{symbol}', at: { low: '{symbol:lower}' } }], ['A', 'B'], 10)).toEqual([
      { event: 'subscribe', pair: 'A', at: { low: 'a' } },
      { event: 'subscribe', pair: 'B', at: { low: 'b' } },
    ]);
  });

  it('has no more symbols in its list than one takes', () => {
    const template = { args: ['x', '{symbol}'] };
    expect(messages([template], ['A', 'B', 'C', 'D', 'E'], 2)).toEqual([
      { args: ['x', 'A', 'B'] },
      { args: ['x', 'C', 'D'] },
      { args: ['x', 'E'] },
    ]);
    expect(messages([template], ['A', 'B'], 2)).toEqual([{ args: ['x', 'A', 'B'] }]);
  });

  it('is not sent where it has a place for symbols and there are none', () => {
    expect(messages([{ args: ['{symbol}'] }, { pair: '{symbol}' }, { op: 'ping' }], [])).toEqual([{ op: 'ping' }]);
  });

  it('comes behind those before it', () => {
    expect(messages([{ op: 'login' }, { args: ['{symbol}'] }, { op: 'ready' }], ['A', 'B'], 1)).toEqual([
      { op: 'login' },
      { args: ['A'] },
      { args: ['B'] },
      { op: 'ready' },
    ]);
  });

  it('has symbols as they are, whatever they hold', () => {
    const symbols = ['BTC/USD', 'A"B', '$&', '{symbol}', 'ü', '__proto__'];
    expect(messages([{ args: ['{symbol}'] }], symbols)).toEqual([{ args: symbols }]);
    expect(messages([{ pair: '{symbol}' }], symbols)).toEqual(symbols.map((pair) => ({ pair })));
  });

  it('keeps keys of any name', () => {
    const template = JSON.parse('{"__proto__":["{symbol}"],"constructor":1}') as unknown;
    expect(subscriptions([template], ['A'], Infinity)).toEqual(['{"__proto__":["A"],"constructor":1}']);
  });

  it('is not changed by being filled', () => {
    const template = { args: ['{symbol}', { deep: ['{symbol:lower}'] }] };
    const before = JSON.stringify(template);
    messages([template], ['A']);
    expect(JSON.stringify(template)).toBe(before);
  });
});

describe('a place for symbols', () => {
  it.each([['{symbol}'], [{ a: '{symbol}' }], [{ a: ['x.{symbol:lower}'] }], [[[['{symbol}']]]]])('is in %j', (template) => {
    expect(asksForSymbols(template)).toBe(true);
  });

  it.each([['symbol'], ['{ symbol }'], ['{SYMBOL}'], ['{symbol:upper}'], ['${symbols}'], [{ a: [1, null, true] }], [[]]])(
    'is not in %j',
    (template) => {
      expect(asksForSymbols(template)).toBe(false);
    },
  );
});
