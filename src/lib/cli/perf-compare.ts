import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { PACKAGE_FOLDER } from '../ops/stack.js';
import { compare, isRight } from '../perf/compare.js';
import { readImplementation, withReplacements } from '../perf/implementation.js';
import { MAX_LOAD } from '../perf/plan.js';
import { markdownOf } from '../perf/report.js';
import { EXIT_CODES, QfError } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { exitCodeOf, listenForStop } from '../runtime/signals.js';
import { failed } from './failed.js';

const FOLDER = 'runs/perf_compare';

const TAG = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

interface Asked {
  readonly a: string;
  readonly b: string;
  readonly loads: string;
  readonly ticks: number;
  readonly rounds: number;
  readonly seed: number;
  readonly tag: string | undefined;
}

/** Carries a comparison out and writes its page to stdout; gives the exit code that says how it has ended. */
export async function runComparison(asked: Asked & { readonly 'log-level': string }): Promise<number> {
  const log = createLogger('perf-compare', asked['log-level']);
  try {
    return await comparisonOf(asked, log);
  } catch (error) {
    return failed(log, error);
  }
}

async function comparisonOf(asked: Asked, log: Logger): Promise<number> {
  const known = join(PACKAGE_FOLDER, 'configs/implementations');
  const { ticks, rounds, seed } = asked;
  const now = new Date();
  const stop = listenForStop();
  const plan = {
    tag: tagOf(asked.tag, now),
    sides: { a: readImplementation(known, asked.a), b: withReplacements(readImplementation(known, asked.b), process.env) },
    loads: loadsIn(asked.loads),
    ticks,
    rounds,
    seed,
    command: `qf perf compare --a ${asked.a} --b ${asked.b} --loads ${asked.loads} --ticks ${ticks} --rounds ${rounds} --seed ${seed}`,
  };
  const paths = [join(PACKAGE_FOLDER, 'bin'), dirname(process.execPath)];
  const progress = (text: string): void => log.info(text);
  const report = await compare(plan, { folder: FOLDER, env: process.env, paths, now, stop, progress });
  log.info({ report: join(FOLDER, plan.tag, 'report.md') }, 'written');
  const ended = stop.aborted ? exitCodeOf(String(stop.reason)) : undefined;
  // The process ends right behind it.
  await new Promise<void>((resolve) => process.stdout.write(markdownOf(report), () => resolve()));
  return ended ?? (isRight(report) ? EXIT_CODES.ok : EXIT_CODES.bad_data);
}

function tagOf(given: string | undefined, now: Date): string {
  const tag = given ?? now.toISOString().slice(0, 19).replaceAll(':', '-');
  if (!TAG.test(tag)) throw new QfError('usage', `--tag ${tag}: letters, digits, dots, hyphens and underscores, at most 64`);
  return tag;
}

function loadsIn(text: string): number[] {
  return text.split(',').map((word) => {
    const load = Number(word);
    if (/^\d+$/.test(word) && load >= 1 && load <= MAX_LOAD) return load;
    throw new QfError('usage', `--loads ${text}: numbers of symbols from 1 to ${MAX_LOAD}, with commas between them`);
  });
}
