import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentIds } from '../../src/lib/core/paper/recent-ids.js';

const SPAN_S = 100;

/** Ids by their times, through lives that end where `dies` says so. */
function taken(list: readonly (readonly [id: string, time_s: number])[], dies: readonly boolean[]): boolean[] {
  const store = new Map<string, string>();
  let ids = new RecentIds(SPAN_S);
  return list.map(([id, time_s], at) => {
    const isNew = ids.add(id, time_s);
    for (const [name, text] of ids.changes()) {
      if (text === undefined) store.delete(name);
      else store.set(name, text);
    }
    if (dies[at % dies.length] === true) {
      ids = new RecentIds(SPAN_S);
      ids.restore(store);
    }
    return isNew;
  });
}

/** Which of ids such as `a@60` are new: `+`, and which are known: `-`. */
function newIn(text: string): string {
  const list = text.split(' ').map((one): [string, number] => [one.charAt(0), Number(one.slice(2))]);
  return taken(list, [false])
    .map((isNew) => (isNew ? '+' : '-'))
    .join('');
}

describe('ids of the last 100 s', () => {
  it('are known again, whatever their time then is', () => {
    expect(newIn('a@0 a@0 a@99 b@50')).toBe('+--+');
  });

  it('are forgotten once they are 100 s older than the newest', () => {
    expect(newIn('a@0 b@99 a@0')).toBe('++-');
    expect(newIn('a@0 b@100 a@100')).toBe('+++');
    // It is its own return that makes the time 100.
    expect(newIn('a@0 a@100')).toBe('++');
  });

  it('are not remembered where they are as old as that when they come', () => {
    expect(newIn('b@100 a@0 a@0')).toBe('+++');
  });

  it('make time pass also where they are known', () => {
    expect(newIn('a@0 b@60 b@100 a@100')).toBe('++-+');
  });

  it('take no room once they are forgotten', () => {
    const ids = new RecentIds(SPAN_S);
    const names = new Set<string>();
    for (let time_s = 0; time_s < 1000; time_s += 10) {
      ids.add(`id ${time_s}`, time_s);
      for (const [name, text] of ids.changes()) {
        if (text === undefined) names.delete(name);
        else names.add(name);
      }
    }
    expect(names.size).toBeLessThan(15);
  });

  it('are the same after a restart at any time, and as a list of all ids says', () => {
    const time_s = fc.integer({ min: 0, max: 40 }).map((step) => step * 20);
    const one = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), time_s);
    fc.assert(
      fc.property(fc.array(one), fc.array(fc.boolean(), { minLength: 1 }), (list, dies) => {
        const times = new Map<string, number>();
        let newest_s = -Infinity;
        const expected = list.map(([id, at_s]) => {
          newest_s = Math.max(newest_s, at_s);
          const isKnown = (times.get(id) ?? -Infinity) > newest_s - SPAN_S;
          if (!isKnown) times.set(id, at_s);
          return !isKnown;
        });
        expect(taken(list, dies)).toEqual(expected);
      }),
    );
  });
});
