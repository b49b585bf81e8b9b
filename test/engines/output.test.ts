import { expect, it } from 'vitest';
import { LineBuffer } from '../../src/lib/engines/reference/output.js';

function buffer(): { readonly lines: LineBuffer; readonly released: string[]; readonly add: (text: string) => void } {
  const lines = new LineBuffer();
  const released: string[] = [];
  return {
    lines,
    released,
    add: (text) => lines.addLines({ bytes: Buffer.from(text), records: 1, release: () => released.push(text) }),
  };
}

it('hands lines of one piece on as they are, and gives their memory back when it is told to', () => {
  const { lines, released, add } = buffer();
  add('a\n');
  const { bytes, records, release } = lines.take();
  expect([bytes.toString(), records, released]).toEqual(['a\n', 1, []]);
  release?.();
  expect(released).toEqual(['a\n']);
});

it('gives the memory of several pieces back once they are copied', () => {
  const { lines, released, add } = buffer();
  add('a\n');
  lines.add('b\n');
  add('c\n');
  const { bytes, records, release } = lines.take();
  expect([bytes.toString(), records, release, released]).toEqual(['a\nb\nc\n', 3, undefined, ['a\n', 'c\n']]);
});
