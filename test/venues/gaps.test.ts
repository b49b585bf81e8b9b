import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernel } from '../../src/lib/runtime/kernel.js';
import { type Gap, GapDetector, type Gaps } from '../../src/lib/venues/gaps.js';
import { type GapCalls, KernelGaps } from '../../src/lib/venues/kernel-gaps.js';

/** Both detectors as one, which holds them to each other. */
class BothDetectors implements Gaps {
  private readonly reference = new GapDetector();
  private readonly kernel: KernelGaps;

  constructor() {
    const kernel = new Kernel<GapCalls>('frames', {
      gap: (...found) => {
        this.kernel.add(...found);
      },
    });
    this.kernel = new KernelGaps(kernel);
  }

  get gaps(): number {
    return this.same(({ gaps }) => gaps);
  }

  get missed(): bigint {
    return this.same(({ missed }) => missed);
  }

  get behind(): number {
    return this.same(({ behind }) => behind);
  }

  next(...trade: Parameters<Gaps['next']>): Gap | undefined {
    return this.same((detector) => detector.next(...trade));
  }

  known(...trade: Parameters<Gaps['known']>): Gap | undefined {
    return this.same((detector) => detector.known(...trade));
  }

  private same<T>(ask: (detector: Gaps) => T): T {
    const answer = ask(this.reference);
    expect(ask(this.kernel)).toEqual(answer);
    return answer;
  }
}

/** The gap before each id of one symbol; `known` ones are those of trades that are not used. */
function gapsIn(...ids: (string | { known: string })[]): string[] {
  const detector = new BothDetectors();
  return ids.map((id) =>
    textOf(typeof id === 'string' ? detector.next('trade', 'A', id) : detector.known('trade', 'A', id.known)),
  );
}

function textOf(gap: Gap | undefined): string {
  return gap === undefined ? '' : `${gap.symbol} ${gap.from}-${gap.to}`;
}

describe('a gap', () => {
  it('is not before the first id, whatever it is', () => {
    for (const first of ['0', '1', '5', '9999999999999999999']) expect(gapsIn(first)).toEqual(['']);
  });

  it('is not between ids that count up one by one', () => {
    expect(gapsIn('5', '6', '7')).toEqual(['', '', '']);
  });

  it('is what an id jumps over, both ends included', () => {
    expect(gapsIn('5', '7', '10', '11')).toEqual(['', 'A 6-6', 'A 8-9', '']);
  });

  it('is exact for ids of 19 digits', () => {
    expect(gapsIn('9007199254740992', '9007199254740993', '9007199254740996')).toEqual([
      '',
      '',
      'A 9007199254740994-9007199254740995',
    ]);
    expect(gapsIn('9999999999999999997', '9999999999999999999')).toEqual(['', 'A 9999999999999999998-9999999999999999998']);
  });

  it('is not at an id that falls or repeats, nor is it seen again behind it', () => {
    expect(gapsIn('5', '9', '6', '9', '10')).toEqual(['', 'A 6-8', '', '', '']);
  });

  it('goes on from the highest id, not from the last one', () => {
    expect(gapsIn('5', '6', '3', '4', '7', '9')).toEqual(['', '', '', '', '', 'A 8-8']);
  });

  it('reaches to the id of a trade that is known and not used', () => {
    expect(gapsIn('5', { known: '8' }, '9')).toEqual(['', 'A 6-8', '']);
    expect(gapsIn('5', { known: '6' }, '7')).toEqual(['', 'A 6-6', '']);
    expect(gapsIn('5', { known: '8' }, '10')).toEqual(['', 'A 6-8', 'A 9-9']);
  });

  it('is not where what is known has come before, or is the first id', () => {
    expect(gapsIn('5', { known: '5' }, { known: '4' }, '6')).toEqual(['', '', '', '']);
    expect(gapsIn({ known: '5' }, '6', '8')).toEqual(['', '', 'A 7-7']);
  });

  it('is not between trades that a connection repeats where nothing came before them', () => {
    const detector = new BothDetectors();
    const [first, second] = [{}, {}];
    expect([
      textOf(detector.known('trade', 'A', '5', first)),
      textOf(detector.known('trade', 'A', '8', first)),
      textOf(detector.known('trade', 'A', '9', first)),
      textOf(detector.next('trade', 'A', '11')),
      // Behind that the same connection repeats what has been missed, like any other.
      textOf(detector.known('trade', 'A', '13', first)),
      textOf(detector.next('trade', 'A', '14')),
      textOf(detector.known('trade', 'A', '16', second)),
    ]).toEqual(['', '', '', 'A 10-10', 'A 12-13', '', 'A 15-16']);
    expect(detector).toMatchObject({ gaps: 3, missed: 1n + 2n + 2n, behind: 0 });
  });

  it('is between what one connection repeats and what the next one does', () => {
    const detector = new BothDetectors();
    const [first, second] = [{}, {}];
    expect([
      textOf(detector.known('trade', 'A', '5', first)),
      textOf(detector.known('trade', 'A', '7', second)),
      textOf(detector.known('trade', 'A', '9', second)),
    ]).toEqual(['', 'A 6-7', 'A 8-9']);
  });

  it('is of one symbol', () => {
    const detector = new BothDetectors();
    expect([
      textOf(detector.next('trade', 'A', '1')),
      textOf(detector.next('trade', 'B', '10')),
      textOf(detector.next('trade', 'A', '2')),
      textOf(detector.next('trade', 'B', '12')),
    ]).toEqual(['', '', '', 'B 11-11']);
  });

  it('is of one numbering, also where names and symbols have spaces', () => {
    const detector = new BothDetectors();
    for (const [numbering, symbol, id] of [
      ['trade', 'A', '1'],
      ['aggTrade', 'A', '100'],
      ['trade A', 'B', '1000'],
      ['trade', 'A B', '10000'],
      ['trade', 'A', '2'],
      ['aggTrade', 'A', '101'],
      ['trade A', 'B', '1001'],
      ['trade', 'A B', '10001'],
    ] as const) {
      expect(textOf(detector.next(numbering, symbol, id)), `${numbering} ${symbol} ${id}`).toBe('');
    }
  });

  it.each([undefined, '', 'x', '1.5', '-1', '1e3', ' 6', '12345678901234567890', '8f1c'])('is not seen by the id %j', (id) => {
    const detector = new BothDetectors();
    detector.next('trade', 'A', '5');
    expect(detector.next('trade', 'A', id)).toBeUndefined();
    expect(detector.known('trade', 'A', id)).toBeUndefined();
    expect(textOf(detector.next('trade', 'A', '7'))).toBe('A 6-6');
    expect(detector).toMatchObject({ gaps: 1, missed: 1n, behind: 0 });
  });
});

describe('the counts', () => {
  it('have every gap, every trade in them, and every trade that is behind', () => {
    const detector = new BothDetectors();
    for (const id of ['5', '7', '7', '6', '10', '5']) detector.next('trade', 'A', id);
    for (const id of ['1', '3']) detector.next('trade', 'B', id);
    detector.known('trade', 'B', '2');
    detector.known('trade', 'B', '5');
    expect(detector).toMatchObject({ gaps: 4, missed: 1n + 2n + 1n + 2n, behind: 3 });
  });

  it('are exact beyond what a double holds', () => {
    const detector = new BothDetectors();
    detector.next('trade', 'A', '0');
    detector.next('trade', 'A', '9999999999999999999');
    expect(detector.missed).toBe(9999999999999999998n);
  });

  it('have as missed exactly the ids up to the highest that never came, for any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 10, max: 60 }), { minLength: 1, maxLength: 30 }), (ids) => {
        const detector = new BothDetectors();
        const inGaps = new Set<number>();
        let highest = ids[0] as number;
        let behind = 0;
        for (const [index, id] of ids.entries()) {
          if (index > 0 && id <= highest) behind++;
          highest = Math.max(highest, id);
          const gap = detector.next('trade', 'A', String(id));
          for (let missed = Number(gap?.from ?? 1n); missed <= Number(gap?.to ?? 0n); missed++) inGaps.add(missed);
        }
        // What came behind its gap was missed when the gap was seen.
        const rising = ids.filter((id, index) => ids.slice(0, index).every((before) => before < id));
        const expected = Array.from({ length: highest - (ids[0] as number) }, (_, offset) => (ids[0] as number) + offset).filter(
          (id) => !rising.includes(id),
        );
        expect([...inGaps]).toEqual(expected);
        expect(detector.missed).toBe(BigInt(expected.length));
        expect(detector.behind).toBe(behind);
      }),
      { numRuns: 500 },
    );
  });
});

describe('symbols', () => {
  it('beyond 100,000 are not followed, and those before still are', () => {
    const detector = new BothDetectors();
    for (let symbol = 0; symbol < 100_001; symbol++) detector.next('trade', `S${symbol}`, '1');
    expect(detector.next('trade', 'S100000', '5')).toBeUndefined();
    expect(textOf(detector.next('trade', 'S99999', '5'))).toBe('S99999 2-4');
    expect(textOf(detector.next('trade', 'S0', '3'))).toBe('S0 2-2');
    expect(detector.gaps).toBe(2);
  });
});
