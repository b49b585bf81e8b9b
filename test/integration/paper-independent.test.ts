import { describe, expect, test } from 'vitest';
import { readCosts, readPairs, readRisk } from '../../src/lib/formats/paper-config.js';
import { type Case, casesOf, HAS_PYTHON, type Step } from '../support/paper-oracle.js';
import { makePaperStage, makePnl, matchOnBars, type PaperConfigs } from '../support/paper-stages.js';
import { signalsDiffer } from '../support/paper-signals.js';
import { ledgerOf, pnlOf, refusedSignals } from '../support/paper-texts.js';
import { linesIn, type Result, run } from '../support/stages.js';

/** Random markets; `QF_PAPER_SEED` is the first one's seed. */
const SERIES = Number(process.env['QF_PAPER_SERIES'] ?? 100);
const FIRST = Number(process.env['QF_PAPER_SEED'] ?? 1);

async function resultOf({ stage, input }: Step, configs: PaperConfigs, { match, bars }: Case): Promise<Result> {
  if (stage === 'pnl') return run(makePnl(), [input]);
  if (stage === 'ref') return run(makePaperStage('match', configs), [input]);
  if (stage !== 'next-bar') return run(makePaperStage(stage, configs), [input]);
  return matchOnBars(configs.costs, { participation: match.participation, ttl_s: match.ttl }, input, bars);
}

/** What qf has made of a step, in the words of the other program. */
function compared(step: Step, { output, rejects }: Result): Step {
  switch (step.stage) {
    case 'watch':
      // Where signals differ in nothing but the last digits, the other program's stand for both. It does not write what is late.
      return { ...step, output: signalsDiffer(output, step.output) ? output : step.output, rejects: withoutLate(rejects) };
    case 'exec':
      return { ...step, output, rejects: refusedSignals(rejects) };
    case 'guard':
      return { ...step, output, rejects, ledger: ledgerOf(output) };
    case 'pnl':
      return { ...step, output: pnlOf(output), rejects };
    default:
      return { ...step, output, rejects };
  }
}

function withoutLate(rejects: string): string {
  return linesIn(rejects)
    .filter((line) => !line.includes('"reason":"late"'))
    .join('\n');
}

describe.skipIf(!HAS_PYTHON)('the paper flow', () => {
  test(
    `is what Python makes of ${SERIES} random markets from seed ${FIRST} on, at every stage, byte for byte`,
    async () => {
      const records = new Map<string, number>();
      for await (const next of casesOf(FIRST, SERIES)) {
        const configs = {
          pairs: readPairs('pairs.json', next.configs['pairs.json']),
          risk: readRisk('risk.json', next.configs['risk.json']),
          costs: readCosts('costs.json', next.configs['costs.json']),
        };
        for (const step of next.steps) {
          const result = await resultOf(step, configs, next);
          expect(compared(step, result), `QF_PAPER_SEED=${next.seed} QF_PAPER_SERIES=1: ${step.stage}`).toEqual(step);
          expect(result.counts.addUp).toBe(true);
          records.set(step.stage, (records.get(step.stage) ?? 0) + result.counts.out);
        }
      }
      // Where nothing is traded, nothing is compared.
      if (SERIES >= 100) for (const [stage, count] of records) expect(count, stage).toBeGreaterThan(SERIES);
    },
    60_000 + SERIES * 2000,
  );
});
