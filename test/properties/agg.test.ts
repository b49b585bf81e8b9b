import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BarOrMark, modelAgg, plainBar } from '../support/models.js';
import { countsOf, linesIn, makeAgg, run } from '../support/stages.js';
import { barLine, type BarModel, bars, nearlySorted } from '../support/streams.js';

const targets = fc.constantFrom([60], [180, 60], [900], [60, 180, 300, 900], [2, 7, 90]);

function lineOf(next: BarOrMark): string {
  return typeof next === 'number' ? `{"mark":${next}}\n` : `${barLine(next)}\n`;
}

/** Nearly sorted bars with marks between them: some bars repeat, some are out of order, some are late. */
const disordered: fc.Arbitrary<BarOrMark[]> = fc
  .tuple(nearlySorted, fc.array(fc.nat({ max: 30 }), { minLength: 1 }))
  .map(([list, gaps]) =>
    list.flatMap((bar, at) => {
      const gap = gaps[at % gaps.length] ?? 0;
      const repeat = gap % 5 === 0 ? [bar] : [];
      return gap % 7 === 1 ? [bar, ...repeat, bar.ts + 1] : [bar, ...repeat];
    }),
  );

/** A stream as bars1s --live writes it: sorted by (ts, symbol), each bar once, marks that are true. */
const ordered: fc.Arbitrary<BarOrMark[]> = fc
  .tuple(bars, fc.array(fc.nat({ max: 9 }), { minLength: 1 }))
  .map(([list, chances]) => {
    const unique = new Map(list.map((bar) => [`${bar.ts} ${bar.symbol}`, bar]));
    const sorted = [...unique.values()].sort((a, b) => a.ts - b.ts || (a.symbol < b.symbol ? -1 : 1));
    return sorted.flatMap((bar: BarModel, at): BarOrMark[] => {
      const next_s = sorted[at + 1]?.ts ?? bar.ts + 1000;
      const chance = chances[at % chances.length] ?? 0;
      const room = next_s - bar.ts - 1;
      if (next_s === bar.ts || chance > 3) return [bar];
      return [bar, bar.ts + 1 + ((chance * 37) % (room + 1))];
    });
  });

describe('agg', () => {
  it('gives the bars and counts of a naive model with exact integers', () => {
    const seen = { late: 0, duplicate: 0, outOfOrder: 0 };
    fc.assert(
      fc.property(disordered, targets, (stream, tfs) => {
        const model = modelAgg(stream, tfs);
        const result = run(makeAgg(tfs), [stream.map(lineOf).join('')]);
        const written = linesIn(result.output).filter((line) => !line.startsWith('{"mark"'));
        expect(written.map(plainBar)).toEqual(model.bars);
        const marks = stream.filter((next) => typeof next === 'number').length;
        const { late, duplicate, outOfOrder } = model;
        expect(countsOf(result)).toMatchObject({
          in: stream.length,
          used: stream.length - marks - late - duplicate - outOfOrder,
          late,
          duplicate,
          rejected: outOfOrder,
          ignored: marks,
        });
        seen.late += late;
        seen.duplicate += duplicate;
        seen.outOfOrder += outOfOrder;
      }),
      { numRuns: 400 },
    );
    expect(Math.min(seen.late, seen.duplicate, seen.outOfOrder)).toBeGreaterThan(50);
  });

  it('gives the same bytes over 1 m to 15 m as straight to 15 m', () => {
    fc.assert(
      fc.property(ordered, (stream) => {
        const input = stream.map(lineOf).join('');
        const direct = run(makeAgg([900]), [input]);
        const minutes = run(makeAgg([60]), [input]);
        const overMinutes = run(makeAgg([900]), [minutes.output]);
        expect(direct.counts.used + direct.counts.ignored).toBe(stream.length);
        expect(overMinutes.output).toBe(direct.output);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same bars for one timeframe whether or not it builds others', () => {
    fc.assert(
      fc.property(ordered, (stream) => {
        const input = stream.map(lineOf).join('');
        const only = (tf: string, output: string): string[] => linesIn(output).filter((line) => line.includes(`"tf":"${tf}"`));
        const all = run(makeAgg([60, 180, 900]), [input]).output;
        expect(only('15m', all)).toEqual(only('15m', run(makeAgg([900]), [input]).output));
        expect(only('1m', all)).toEqual(only('1m', run(makeAgg([60]), [input]).output));
      }),
    );
  });

  it('keeps what every mark says: the bars that it covers stand before it', () => {
    fc.assert(
      fc.property(ordered, targets, (stream, tfs) => {
        const lines = linesIn(run(makeAgg(tfs), [stream.map(lineOf).join('')]).output);
        let mark_s = -1;
        for (const line of lines) {
          if (line.startsWith('{"mark"')) mark_s = (JSON.parse(line) as { mark: number }).mark;
          else expect(plainBar(line).ts + plainBar(line).tf_s).toBeGreaterThan(mark_s);
        }
      }),
    );
  });
});
