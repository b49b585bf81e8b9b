// The contest of the Kafka benchmark: who drains a topic of ticks.
import { contest } from './contest.mjs';
import { measure } from './measure.mjs';
import { filledIn } from './programs-text.mjs';

/** Who drains a topic of ticks. `common`: rounds, directory, environment. */
export async function drain({ topics }, name, programs, { ticks, records, ...common }) {
  let runs = 0;
  const perform = async ({ command, isCount = false, output, ...entry }) => {
    const run = `${name}.${++runs}`;
    const bars = `bench.bars.${run}`;
    await topics.create(bars);
    const own = filledIn(command, {
      TICKS: ticks,
      BARS: bars,
      GROUP: `bench-${run.replaceAll('.', '-')}`,
      RECORDS: String(records),
    });
    const sample = await measure({ ...entry, command: own, output: isCount ? output : `${output}.said` });
    if (!isCount) await topics.dump(bars, output);
    await topics.delete(bars);
    return sample;
  };
  const bases = Object.fromEntries(programs.map(({ id }) => [id, () => id]));
  return contest({ name, unit: 'ticks', input: '/dev/null', records, programs, bases, perform, ...common });
}
