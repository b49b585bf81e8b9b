import type { Bar } from '../../src/lib/core/model/model.js';
import { Random } from '../../src/lib/core/sim/random.js';
import type { MarketStream } from './paper-market.js';

/** The stream with bars between that come too late, and bars that come twice. */
export function withLateBars(stream: MarketStream, seed: number): MarketStream {
  const random = new Random(seed, 5);
  const olderOf = new Map<string, Bar[]>();
  return stream.flatMap((next): MarketStream => {
    if (typeof next === 'number') return [next];
    const name = `${next.symbol} ${next.tf_s}`;
    const older = olderOf.get(name) ?? [];
    olderOf.set(name, [...older, next]);
    const late = older[random.below(40)];
    if (random.below(30) === 0) return [next, { ...next, c: next.c + 1 }];
    return late === undefined || random.below(4) > 0 ? [next] : [next, { ...late, c: late.c * 2 }];
  });
}

/** The stream on the partitions of a topic for each timeframe. Each has all marks of the stream and some of its own, as it may be ahead. */
export function partitioned(stream: MarketStream, partitions: number, seed: number): MarketStream[] {
  const random = new Random(seed, 6);
  const inputs = [60, 180].flatMap((tf_s) =>
    Array.from({ length: partitions }, (_, partition) =>
      stream.filter((next) => {
        if (typeof next === 'number') return true;
        return next.tf_s === tf_s && Number(next.symbol.slice(1)) % partitions === partition;
      }),
    ),
  );
  return inputs.map((input) => withOwnMarks(input, random));
}

/** With marks before some bars that say: up to here nothing has come. Only a bar that is newer than all before can follow one. */
function withOwnMarks(input: MarketStream, random: Random): MarketStream {
  let passed_s = -Infinity;
  return input.flatMap((next): MarketStream => {
    const end_s = typeof next === 'number' ? next : next.ts + next.tf_s;
    const isNewer = end_s > passed_s + 1;
    const marks = isNewer && random.below(6) === 0 ? [end_s - 1 - random.below(30)] : [];
    passed_s = Math.max(passed_s, typeof next === 'number' ? next : end_s - 1);
    return [...marks, next];
  });
}
