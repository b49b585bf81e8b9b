import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOf, SavedMap } from '../../src/lib/core/saved-map.js';

describe('a map that is saved', () => {
  it('gives each change once, and undefined for what is gone', () => {
    const map = new SavedMap<number>('n.');
    map.set('a', 1);
    map.set('b', 2);
    map.set('b', 3);
    expect([...map.changes()]).toEqual([
      ['n.a', '1'],
      ['n.b', '3'],
    ]);
    expect(map.changes().size).toBe(0);
    map.delete('a');
    map.delete('never');
    expect([...map.changes()]).toEqual([['n.a', undefined]]);
  });

  it('takes only parts with its prefix, and has nothing to save then', () => {
    const map = new SavedMap<boolean>('on.');
    map.restore(
      new Map([
        ['on.', 'false'],
        ['on.x', 'true'],
        ['off.y', 'true'],
      ]),
    );
    expect([...map.entries()]).toEqual([
      ['', false],
      ['x', true],
    ]);
    expect(map.size).toBe(2);
    expect(map.changes().size).toBe(0);
  });

  it('is the same after any changes, wherever it was saved between them', () => {
    const change = fc.record({ name: fc.constantFrom('a', 'b', 'c'), value: fc.option(fc.nat()), isSaved: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change), (list) => {
        const map = new SavedMap<number>('p.');
        const store = new Map<string, string>();
        const save = (): void => {
          for (const [name, text] of map.changes()) {
            if (text === undefined) store.delete(name);
            else store.set(name, text);
          }
        };
        for (const { name, value, isSaved } of list) {
          if (value === null) map.delete(name);
          else map.set(name, value);
          if (isSaved) save();
        }
        save();
        const other = new SavedMap<number>('p.');
        other.restore(store);
        expect(new Map(other.entries())).toEqual(new Map(map.entries()));
      }),
    );
  });
});

describe('the changes of several maps', () => {
  it('are those of all of them', () => {
    const [a, b] = [new SavedMap<number>('a.'), new SavedMap<number>('b.')];
    a.set('x', 1);
    b.set('x', 2);
    expect([...changesOf([a, b])]).toEqual([
      ['a.x', '1'],
      ['b.x', '2'],
    ]);
  });
});
