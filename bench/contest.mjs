// One benchmark: the same input to every program; equal outputs first, then interleaved rounds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BARS } from './equality.mjs';
import { measure } from './measure.mjs';
import { speedRatio, summary } from './statistics.mjs';

const REFERENCE = 'qf';

/**
 * Runs a contest and gives `{ name, unit, records, rounds, programs }`. `input` has `records` lines. With `shortInput`, which has next
 * to none, what a program takes for that is its start, which is told apart. One that is not `isTimed` only makes its output.
 * A program that fails or whose bars are not the reference's gets no figures. `bases`: by the name of a ratio, whose speed it is to.
 * `perform` runs a program once and leaves what it made in a file, of which `kind` knows whether it is equal.
 */
export async function contest({
  name,
  unit,
  input,
  shortInput,
  records,
  programs,
  rounds,
  directory,
  environment,
  bases,
  perform = measure,
  kind = BARS,
}) {
  const entries = programs.map((program) => ({
    cores: 'any',
    hasExactVolume: false,
    isTimed: true,
    ...program,
    output: join(directory, `${name}.${program.id}.out`),
    samples: [],
  }));
  const run = (entry) => perform({ ...entry, input, environment });

  await warmUp(entries, run, records, kind);
  const racing = entries.filter(({ check, isTimed }) => check.equal && isTimed);
  for (let round = 0; round < rounds; round++) {
    // Nobody always follows the same program.
    for (let turn = 0; turn < racing.length; turn++) {
      const entry = racing[(turn + round) % racing.length];
      const start = shortInput && (await perform({ ...entry, input: shortInput, output: `${entry.output}.short`, environment }));
      entry.samples.push({ ...(await run(entry)), start_s: start?.wall_s ?? 0 });
      if (kind.mark(entry.output) !== entry.mark) throw new Error(`${name}: ${entry.name}: another output in round ${round + 1}`);
    }
    console.error(`bench: ${name}: round ${round + 1} of ${rounds}`);
  }
  return { name, unit, records, rounds, programs: entries.map((entry) => resultOf(entry, entries, records, bases)) };
}

/** Runs every program once and compares what it wrote with what the reference wrote. */
async function warmUp(entries, run, records, kind) {
  let expected;
  for (const entry of [...entries].sort((a, b) => Number(b.id === REFERENCE) - Number(a.id === REFERENCE))) {
    try {
      await run(entry);
      entry.mark = kind.mark(entry.output);
      if (entry.id === REFERENCE) expected = kind.read(entry.output);
      entry.check = entry.isCount ? compareCount(entry.output, records) : compareWith(expected, entry, kind);
    } catch (error) {
      entry.check = { equal: false, text: 'FAILED' };
      console.error(`bench: ${error.message}`);
    }
    console.error(`bench: ${entry.name}: ${entry.check.text}`);
  }
}

function compareWith(expected, { id, output, hasExactVolume }, { what, compare }) {
  if (expected === undefined) return { equal: false, text: 'NOT COMPARED: the reference failed' };
  if (id === REFERENCE) return { equal: true, text: `the reference: ${expected.size.toLocaleString('en')} ${what}` };
  return compare(expected, output, hasExactVolume);
}

function compareCount(output, records) {
  const count = Number(readFileSync(output, 'utf8'));
  return count === records
    ? { equal: true, text: `${count.toLocaleString('en')} lines` }
    : { equal: false, text: `DIFFERENT: ${count} lines` };
}

function resultOf({ id, name, command, cores, semantics, check, samples, isShell = false }, entries, records, bases) {
  const entry = { id, name, command: command.join(' '), cores, semantics, check, samples };
  if (samples.length === 0) return entry;
  const work = worked(samples);
  const baseOf = (base) => worked(entries.find((other) => other.id === base)?.samples ?? []);
  const ratioTo = (base) => (work.length > 0 && baseOf(base).length > 0 ? speedRatio(work, baseOf(base)) : undefined);
  // The memory of a shell is not that of what it runs.
  const hasPeak = !isShell && samples.every(({ peak_mb }) => peak_mb !== undefined);
  return {
    ...entry,
    rate: work.length > 0 ? summary(work.map(({ wall_s }) => records / wall_s)) : undefined,
    start_s: summary(samples.map(({ start_s }) => start_s)),
    cpu_s: summary(samples.map(({ user_s, system_s }) => user_s + system_s)),
    peak_mb: hasPeak ? summary(samples.map(({ peak_mb }) => peak_mb)) : undefined,
    ratios: Object.fromEntries(Object.entries(bases).map(([base, idFor]) => [base, ratioTo(idFor(entry))])),
  };
}

/** Samples without what the start took; none where a run was too short to tell. */
function worked(samples) {
  const work = samples.map(({ wall_s, start_s }) => ({ wall_s: wall_s - start_s }));
  return work.every(({ wall_s }) => wall_s > 0) ? work : [];
}
