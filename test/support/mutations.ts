import fc from 'fast-check';

/** Values that are wrong for most fields, and on which JSON Schema and the decoders must agree. */
const STRANGE = [
  'null',
  'true',
  'false',
  '""',
  '"A"',
  '"buy"',
  '"1s"',
  '"0s"',
  '"1w"',
  '"5"',
  '[]',
  '{}',
  '[1]',
  '"\\u0000"',
  '" A"',
  '"A B"',
  '0',
  '-0',
  '-1',
  '1.5',
  '-1.5',
  '999999999999',
  '1000000000000',
  '-1000000000000',
  '1e300',
  '-1e300',
  '1e-18',
  '1e-19',
  '-1e-19',
  '9007199254740991',
  '9007199254740992',
  '4102444740',
  '4102444800',
  '94694399999990000',
  '94694400000010000',
  '4102444799999990000',
  '4102444800000010000',
  `"${'A'.repeat(64)}"`,
  `"${'A'.repeat(65)}"`,
  `"${'😀'.repeat(64)}"`,
  `"${'😀'.repeat(65)}"`,
];

export const strange = fc.constantFrom(...STRANGE);

/** The text of each value of a record; undefined where the field is absent. */
export type Texts = Record<string, string | undefined>;

/** Valid records, and records with one or two fields that are strange, of `more` for instance, or missing. */
export function mutated(
  valid: fc.Arbitrary<Texts>,
  fields: readonly string[],
  more: readonly string[] = [],
): fc.Arbitrary<Texts> {
  const value = fc.constantFrom(...STRANGE, ...more);
  const change = fc.tuple(
    fc.constantFrom(...fields),
    fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.constant(undefined) }),
  );
  return fc
    .tuple(valid, fc.array(change, { maxLength: 2 }))
    .map(([texts, changes]) => ({ ...texts, ...Object.fromEntries(changes), unknown: '1' }));
}
