import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RejectRecord } from '../../src/lib/core/model/records.js';
import { encodeReject } from '../../src/lib/engines/reference/reject.js';

const REFUSAL = { reason: 'wrong_type', detail: 'ltp' } as const;

function reject(line: Buffer, size = line.length): RejectRecord {
  const text = encodeReject('bars1s', REFUSAL, { head: line, size, place: { line: 7 } });
  expect(text.indexOf('\n')).toBe(text.length - 1);
  return JSON.parse(text) as RejectRecord;
}

describe('a reject record', () => {
  it('names stage, reason, field, line and size, and shows the line', () => {
    expect(encodeReject('bars1s', REFUSAL, { head: Buffer.from('{"ltp":"ü"}'), size: 12, place: { line: 7 } })).toBe(
      '{"stage":"bars1s","reason":"wrong_type","detail":"ltp","line":7,"size":12,"raw":"{\\"ltp\\":\\"ü\\"}"}\n',
    );
  });

  it('names the file where a stage reads several', () => {
    expect(
      JSON.parse(encodeReject('x', REFUSAL, { head: Buffer.from('a'), size: 1, place: { line: 1, file: 'a.csv' } })),
    ).toMatchObject({
      file: 'a.csv',
      line: 1,
    });
  });

  it('names topic, partition and offset of a record of a log', () => {
    const place = { topic: 'ticks', partition: 3, offset: 17 };
    expect(encodeReject('bars1s', REFUSAL, { head: Buffer.from('a'), size: 1, place })).toBe(
      '{"stage":"bars1s","reason":"wrong_type","detail":"ltp","topic":"ticks","partition":3,"offset":17,"size":1,"raw":"a"}\n',
    );
  });

  it('shows 1,024 bytes whole and cuts what is longer', () => {
    expect(reject(Buffer.from('x'.repeat(1024))).raw).toBe('x'.repeat(1024));
    expect(reject(Buffer.from('x'.repeat(1025)))).toMatchObject({ raw: 'x'.repeat(1024), size: 1025 });
  });

  it.each(['é', '€', '😀'])('cuts before a character that does not fit: %s', (character) => {
    const bytes = Buffer.byteLength(character);
    for (let over = 1; over < bytes; over++) {
      const fill = 'x'.repeat(1024 - bytes + over);
      expect(reject(Buffer.from(`${fill}${character}rest`)).raw).toBe(fill);
    }
    const fits = `${'x'.repeat(1024 - bytes)}${character}`;
    expect(reject(Buffer.from(`${fits}rest`)).raw).toBe(fits);
  });

  it('shows base64 of the same bytes where they are not UTF-8', () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x00]);
    expect(reject(bytes)).toEqual({
      stage: 'bars1s',
      reason: 'wrong_type',
      detail: 'ltp',
      line: 7,
      size: 3,
      raw_b64: bytes.toString('base64'),
    });
    const long = Buffer.alloc(5000, 0x80);
    expect(reject(long).raw_b64).toBe(long.subarray(0, 1024).toString('base64'));
  });

  it.each([0xff, 0xf5, 0xc0, 0xc1])('keeps a last byte that begins no character: %i', (byte) => {
    const head = Buffer.concat([Buffer.alloc(1023, 'x'), Buffer.from([byte])]);
    expect(reject(Buffer.concat([head, Buffer.from('rest')])).raw_b64).toBe(head.toString('base64'));
  });

  it('does not take a line for cut that ends within a character by itself', () => {
    expect(reject(Buffer.from([0x61, 0xc3])).raw_b64).toBe(Buffer.from([0x61, 0xc3]).toString('base64'));
  });

  it('holds the first bytes of any text, at most three less than 1,024', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 300, maxLength: 600 }), (text) => {
        const line = Buffer.from(text);
        const { raw } = reject(line);
        const bytes = Buffer.from(raw ?? '');
        expect(raw).toBeDefined();
        expect(line.subarray(0, bytes.length).equals(bytes)).toBe(true);
        expect(bytes.length).toBeGreaterThan(Math.min(line.length, 1024) - 4);
        expect(bytes.length).toBeLessThanOrEqual(1024);
      }),
    );
  });

  it('shows any bytes in one of the two ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const line = Buffer.from(bytes);
        const { raw, raw_b64 } = reject(line);
        if (isUtf8(line)) expect(raw).toBe(line.toString('utf8'));
        else expect(raw_b64).toBe(line.toString('base64'));
        expect(raw === undefined).not.toBe(raw_b64 === undefined);
      }),
    );
  });
});
