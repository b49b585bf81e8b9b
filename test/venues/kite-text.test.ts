import { describe, expect, it } from 'vitest';
import { KiteVenue } from '../../src/lib/venues/kite.js';
import { readingOf } from '../support/venues.js';

function read(content: string | Buffer): string[] | string {
  return readingOf(new KiteVenue(new Map([[408065, 'INFY']]), 'full'), content);
}

describe('a text frame of Kite', () => {
  it.each([
    ['{"type":"order","data":{"order_id":"1","status":"COMPLETE"}}'],
    ['{"type":"message","data":"markets are closed tomorrow"}'],
    [' {"data":null,\n"type":"instruments_meta"} '],
  ])('%s is ignored', (text) => {
    expect(read(text)).toBe('ignored');
  });

  it('is an error of the venue where it says so, in its words', () => {
    expect(read('{"type":"error","data":"Invalid subscription: \\u00fc"}')).toBe(
      'rejected: venue_error: Invalid subscription: ü',
    );
    expect(read('{"type":"error","data":{"code":1}}')).toBe('rejected: venue_error');
    expect(read('{"type":"error"}')).toBe('rejected: venue_error');
  });

  it('has its words cut where they are long', () => {
    expect(read(JSON.stringify({ type: 'error', data: 'x'.repeat(201) }))).toBe(`rejected: venue_error: ${'x'.repeat(200)}`);
  });

  it.each([
    '{}',
    '[]',
    '5',
    'null',
    '"error"',
    '{"type":5}',
    '{"type":null}',
    '["type","error"]',
    '{"__proto__":{"type":"error"}}',
    '{"constructor":"order"}',
  ])('%s is unknown', (text) => {
    expect(read(text)).toBe('rejected: unknown_message');
  });

  it.each(['', 'x', '{', '{"type":"order"', '{"type":"order"}}', '\uFEFF{"type":"order"}'])('%j is not JSON', (text) => {
    expect(read(text)).toBe('rejected: invalid_json');
  });

  it('is refused where it is not UTF-8', () => {
    expect(read(Buffer.from('{"type":"order\xff"}', 'latin1'))).toBe('rejected: invalid_utf8');
  });

  it('may be nested 100,000 deep', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(read(`{"type":"order","data":${deep}}`)).toBe('ignored');
    expect(read(deep)).toBe('rejected: unknown_message');
    expect(read(deep.slice(1))).toBe('rejected: invalid_json');
  });
});
