import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runPaper } from '../../src/lib/stages/run-paper.js';
import { cut } from '../support/lines.js';
import { filledOnBars, flowOf, flowShapes, someFlow } from '../support/paper-chain.js';
import { type MarketStream, textOf } from '../support/paper-market.js';
import { createProcessor, linesIn, run, runStopped } from '../support/stages.js';

const NS_PER_S = 1e9;

/** Markets that end with a bar of every timeframe, as the pipe does not aggregate here. */
const shapes = flowShapes.map((shape) => ({ ...shape, minutes: shape.minutes - (shape.minutes % 3), isFaulty: false }));

/** Minutes and marks: the longer bars are for the stage to make. */
function withoutLongBars(stream: MarketStream): MarketStream {
  return stream.filter((next) => typeof next === 'number' || next.tf_s === 60);
}

describe('run paper', () => {
  it('gives the bytes of its stages in a pipe, wherever its input is cut', async () => {
    let fills = 0;
    const chunks = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(shapes, fc.constantFrom('ref' as const, 'next-bar' as const), chunks, async (shape, fill, sizes) => {
        const flow = flowOf(shape);
        const { configs, filling, stages } = flow;
        const options = {
          ...{ data: undefined, grace: 2 * NS_PER_S, show: 'fills', ...configs },
          ...{ fill, participation: filling.participation, ttl: filling.ttl_s * NS_PER_S },
        };
        const input = cut(Buffer.from(textOf(withoutLongBars(flow.stream))), sizes);
        const result = run(createProcessor(runPaper, options, false), input);
        const match = fill === 'ref' ? stages.match : await filledOnBars(flow);
        expect(result.output).toBe(match.output);
        const rejects = [stages.watch, stages.exec, stages.size, stages.guard, match].map((stage) => stage.rejects);
        const withoutLine = (text: string): string[] => linesIn(text.replace(/"line":\d+,/g, '')).sort();
        expect(withoutLine(result.rejects)).toEqual(withoutLine(rejects.join('')));
        fills += linesIn(match.output).length;
      }),
      { numRuns: 60 },
    );
    expect(fills).toBeGreaterThan(5);
  });

  it.each(['bar', 'tick'] as const)('reads no line that a stop has cut, of a stream of %ss', (kind) => {
    const bar = (ts: number): string => `{"symbol":"A","tf":"1m","ts":${ts},"o":1,"h":1,"l":1,"c":1,"vol":1,"n_trades":1}\n`;
    const tick = (ts: number): string => `{"symbol":"A","event_ts":${ts}000000000,"ltp":1,"vol":1}\n`;
    const lines = [1_704_167_100, 1_704_167_160].map(kind === 'bar' ? bar : tick) as [string, string];
    const { configs } = someFlow();
    const options = { data: undefined, grace: 0, show: 'fills', fill: 'ref', participation: 1, ttl: 1, ...configs };
    for (const chunks of [[lines[0].slice(0, 9)], [`nothing\n${lines[0].slice(0, 9)}`], [lines[0] + lines[1].slice(0, 9)]]) {
      const { counts } = runStopped(createProcessor(runPaper, options, false), chunks);
      expect([counts.in, counts.rejected]).toEqual([chunks.join('').split('\n').length - 1, chunks[0]?.startsWith('n') ? 1 : 0]);
    }
  });
});
