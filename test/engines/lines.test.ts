import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, Lines, linesOf } from '../support/lines.js';

const LIMIT = 65_536;
const BOM = '\uFEFF';

describe('lines', () => {
  it('are cut at LF and numbered from 1', () => {
    expect(linesOf(['a\nb\nc\n'])).toEqual(['1: a', '2: b', '3: c']);
  });

  it('need no line break at the end', () => {
    expect(linesOf(['a\nb'])).toEqual(['1: a', '2: b']);
    expect(linesOf(['a\r'])).toEqual(['1: a']);
  });

  it('are none where there is no input', () => {
    expect(linesOf([])).toEqual([]);
    expect(linesOf([''])).toEqual([]);
    expect(linesOf(['\n'])).toEqual([]);
  });

  it('are skipped where they are blank, and still counted as lines', () => {
    expect(linesOf(['\n\na\n \t\n\r\n  \r\r\nb\n\n'])).toEqual(['3: a', '7: b']);
  });

  it('keep their spaces', () => {
    expect(linesOf(['  a \t\n'])).toEqual(['1:   a \t']);
  });

  it('lose one CR before LF, and only there', () => {
    expect(linesOf(['a\r\nb\r\r\nc\rd\n'])).toEqual(['1: a', '2: b\r', '3: c\rd']);
  });

  it('lose a byte order mark at the start of the stream, and only there', () => {
    expect(linesOf([`${BOM}a\n${BOM}b\n`])).toEqual(['1: a', `2: ${BOM}b`]);
    expect(linesOf([`${BOM}${BOM}a\n`])).toEqual([`1: ${BOM}a`]);
    expect(linesOf([`\n${BOM}a\n`])).toEqual([`2: ${BOM}a`]);
  });

  it('are blank where there is nothing but a byte order mark', () => {
    expect(linesOf([BOM])).toEqual([]);
    expect(linesOf([`${BOM}\r\na`])).toEqual(['2: a']);
  });

  it('keep two bytes that only begin like a byte order mark', () => {
    expect(linesOf([Buffer.from([0xef, 0xbb, 0x0a])])).toHaveLength(1);
  });

  it('are the same wherever the stream is cut', () => {
    const piece = fc.constantFrom(
      'a',
      'bcd',
      '\n',
      '\r\n',
      '\r',
      ' ',
      '\t',
      BOM,
      'é',
      '\0',
      'x'.repeat(300),
      'y'.repeat(LIMIT - 1),
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), sizes, (pieces, small) => {
        const bytes = Buffer.from(pieces.join(''));
        const whole = linesOf([bytes]);
        expect(linesOf(cut(bytes, small))).toEqual(whole);
        expect(linesOf(cut(bytes, [1000, 1, 70_000]))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('are what splitting the text gives, apart from blank ones', () => {
    const piece = fc.constantFrom('a', 'bc', '\n', '\r\n', ' ', '{}', '"', '\\');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const expected = text
          .split('\n')
          .map((line, index) => `${index + 1}: ${line.replace(/\r$/, '')}`)
          .filter((line) => line.replace(/^\d+: /, '').trim() !== '');
        expect(linesOf([text])).toEqual(expected);
      }),
    );
  });
});

describe('the longest line', () => {
  const most = 'x'.repeat(LIMIT);
  const head = 'x'.repeat(1024);

  it.each([
    ['of 64 KiB is taken', `${most}\n`, `1: ${most}`],
    ['of 64 KiB and a CR is taken', `${most}\r\n`, `1: ${most}`],
    ['of 64 KiB behind a byte order mark is taken', `${BOM}${most}\n`, `1: ${most}`],
    ['of 64 KiB between a byte order mark and a CR is taken', `${BOM}${most}\r\n`, `1: ${most}`],
    ['of 64 KiB without a line break is taken', most, `1: ${most}`],
    ['of one byte more is too long', `${most}y\n`, `1: long ${LIMIT + 1} ${head}`],
    ['of one byte more and a CR is too long, by one byte', `${most}y\r\n`, `1: long ${LIMIT + 1} ${head}`],
    ['of one byte more behind a byte order mark is too long, by one byte', `${BOM}${most}y\r\n`, `1: long ${LIMIT + 1} ${head}`],
    ['of one byte more without a line break is too long', `${most}y`, `1: long ${LIMIT + 1} ${head}`],
  ])('%s, wherever it is cut', (_, text, expected) => {
    const bytes = Buffer.from(text);
    const ways = [[bytes.length], [1000, 1], [4096], [bytes.length - 1, 1], [LIMIT, 1], [LIMIT + 3, 1], [3, 65_533, 1, 1, 1]];
    for (const sizes of ways) expect(linesOf(cut(bytes, sizes)), String(sizes)).toEqual([expected]);
  });

  it('is followed by the next lines as if nothing had been', () => {
    const bytes = Buffer.from(`a\n${most}${most}\nb\n${most}y\n\nc`);
    const expected = ['1: a', `2: long ${2 * LIMIT} ${head}`, '3: b', `4: long ${LIMIT + 1} ${head}`, '6: c'];
    for (const sizes of [[bytes.length], [7], [1000], [LIMIT]]) expect(linesOf(cut(bytes, sizes))).toEqual(expected);
  });

  it('of 100 MB is counted without being kept', () => {
    const lines = new Lines();
    const chunk = Buffer.alloc(1_000_000, 'x');
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 100; count++) lines.splitter.push(chunk);
    const kept = process.memoryUsage().arrayBuffers - before;
    lines.splitter.push(Buffer.from('\nnext\n'));
    expect(lines.seen).toEqual([`1: long 100000000 ${head}`, '2: next']);
    expect(kept).toBeLessThan(10_000_000);
  });
});
