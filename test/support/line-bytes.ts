import fc from 'fast-check';

const space = fc.constantFrom('', '', '', ' ', '\t', '  ', '\r');

/** Lines of one kind of record. */
export interface LineKind {
  /** Good lines in a row, none or some. */
  readonly good: fc.Arbitrary<string[]>;
  /** Members of a record that is valid in some other way. */
  readonly texts: fc.Arbitrary<Readonly<Record<string, string>>>;
  /** Its fields, and keys that look like them. */
  readonly keys: readonly string[];
  /** Texts for the values of its fields, plain ones, others, and what is none. */
  readonly oddTexts: readonly string[];
  /** More lines, of one record each. */
  readonly others: fc.Arbitrary<string>;
  /** What may stand at the end, without a line break. */
  readonly last: readonly string[];
}

/** One record's fields in any order, with other texts for some, and members that are none of it or come twice. */
function oddLine({ good, texts, keys, oddTexts }: LineKind): fc.Arbitrary<string> {
  return fc
    .record({
      line: good.filter((list) => list.length > 0).map((list) => list[0] as string),
      texts: fc.option(texts, { freq: 6, nil: undefined }),
      changed: fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...oddTexts), { maxKeys: 2 }),
      order: fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
      repeat: fc.boolean(),
      spaces: fc.array(space, { minLength: 5, maxLength: 5 }),
    })
    .map(({ line, texts: other, changed, order, repeat, spaces }) => {
      const members = Object.entries({ ...(other ?? Object.fromEntries(membersOf(line))), ...changed });
      for (const index of order) members.push(...members.splice(index, 1));
      if (repeat && members[0] !== undefined) members.push(members[0]);
      const [a = '', b = '', c = '', d = '', e = ''] = spaces;
      const text = members.map(([key, value]) => `${a}"${key}"${b}:${c}${value}${d}`).join(',');
      return `${e}{${text}}${e}`;
    });
}

/** Name and text of each member of a plain line. */
function membersOf(line: string): [string, string][] {
  return [...line.matchAll(/"(\w+)":("[^"]*"|[^,}]+)/g)].map(([, key = '', value = '']) => [key, value]);
}

/** Lines with one byte changed, left out or put in. */
function damaged(lines: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  return fc
    .record({ line: lines, at: fc.nat(), byte: fc.nat({ max: 255 }), how: fc.nat({ max: 2 }) })
    .map(({ line, at, byte, how }) => {
      const bytes = Buffer.from(line);
      const place = bytes.length === 0 ? 0 : at % bytes.length;
      if (how === 0 && bytes.length > 0) bytes[place] = byte;
      const rest = bytes.subarray(how === 1 ? place + 1 : place);
      return how === 2
        ? Buffer.concat([bytes.subarray(0, place), Buffer.from([byte]), rest])
        : Buffer.concat([bytes.subarray(0, place), rest]);
    });
}

const HOSTILE = [
  '\ufeff',
  '\ufeff{}',
  ' \t',
  '{"symbol":"A"',
  'x'.repeat(65_537),
  `{"symbol":"A","x":"${'y'.repeat(65_500)}"}`,
  '\u0000',
];

/** Bytes that records are read from: good lines, odd ones and damaged ones. */
export function bytesOf(kind: LineKind): fc.Arbitrary<Buffer> {
  const odd = oddLine(kind);
  const broken = damaged(
    fc.oneof(
      odd,
      kind.good.map((list) => list.join('\n')),
    ),
  );
  const block = fc.oneof(
    { weight: 4, arbitrary: kind.good.map((list) => Buffer.from(list.map((line) => `${line}\n`).join(''))) },
    { weight: 4, arbitrary: odd.map((line) => Buffer.from(`${line}\n`)) },
    { weight: 2, arbitrary: broken.map((bytes) => Buffer.concat([bytes, Buffer.from('\n')])) },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE).map((text) => Buffer.from(`${text}\n`)) },
    { weight: 1, arbitrary: kind.others.map((line) => Buffer.from(`${line}\n`)) },
  );
  return fc
    .tuple(fc.array(block, { maxLength: 12 }), fc.constantFrom('', '\r', ...kind.last))
    .map(([blocks, last]) => Buffer.concat([...blocks, Buffer.from(last)]));
}
