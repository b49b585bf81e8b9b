import { expect, test } from 'vitest';
import { StateSize } from '../../src/lib/runtime/state-size.js';

test('a state is as large as its parts are after all changes', () => {
  const size = new StateSize();
  const now = (): number[] => [size.parts, size.bytes];
  size.apply(
    new Map([
      ['a', '12345'],
      ['bc', ''],
    ]),
  );
  expect(now()).toEqual([2, 8]);
  size.apply(
    new Map([
      ['a', '1'],
      ['d', undefined],
    ]),
  );
  expect(now()).toEqual([2, 4]);
  size.apply(
    new Map([
      ['a', undefined],
      ['bc', undefined],
    ]),
  );
  expect(now()).toEqual([0, 0]);
});
