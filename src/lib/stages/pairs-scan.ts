import type { Bar, Outcome } from '../core/model/model.js';
import { plainNumber } from '../core/model/number.js';
import { timeframeName } from '../core/model/time.js';
import { bestOf, PairScanner, type ScannedPair } from '../core/pairs/scan.js';
import { BarDecoder } from '../engines/reference/bar-codec.js';
import { LineProcessor } from '../engines/reference/line-processor.js';
import { capacityFault } from '../engines/reference/record-processor.js';
import { tableOf } from '../formats/layout.js';
import { MAX_PAIRS, pairsText, shortNumber, tradable } from '../formats/scanned-pairs.js';
import { QfError } from '../runtime/errors.js';
import { choice, integer, type OptionValues } from '../runtime/options.js';
import { defineTransform, type StageContext } from '../runtime/stage.js';

const options = {
  as: choice({ summary: 'How to print them', choices: ['table', 'ndjson', 'yaml'], default: 'table' }),
  top: integer({ summary: 'How many pairs, the best first', min: 1, max: 1_000_000, default: '20' }),
  'min-bars': integer({ summary: 'Leave out pairs with fewer bars in common', min: 2, max: 1_000_000, default: '60' }),
};

type ScanOptions = OptionValues<typeof options>;

const NAMES = ['a', 'b', 'tf'] as const;
const NUMBERS = ['n', 'corr', 'corr_returns', 'beta', 'resid_sd', 'df_t', 'half_life'] as const;

class ScanProcessor extends LineProcessor {
  private readonly decoder = new BarDecoder();
  private readonly scanner = new PairScanner();
  private readonly given: ScanOptions;
  private readonly log: StageContext['log'];

  constructor(given: ScanOptions, { isStrict, log }: StageContext) {
    if (given.as === 'yaml' && given.top > MAX_PAIRS) {
      throw new QfError('usage', `--top is ${given.top}, and a pairs.yaml has at most ${MAX_PAIRS} pairs`);
    }
    super('pairs-scan', isStrict);
    this.given = given;
    this.log = log;
  }

  override end(): void {
    super.end();
    const { as, top, 'min-bars': minBars } = this.given;
    const pairs = this.scanner.pairs(minBars);
    if (as === 'yaml') {
      const best = bestOf(tradable(pairs), top);
      this.output.out.add(pairsText(best));
      if (best.length === 0) this.log.warn({}, `no pair has ${minBars} bars in common, a hedge ratio above 0 and a half-life`);
    } else {
      const best = bestOf(pairs, top);
      this.print(best);
      if (best.length === 0) this.log.warn({}, `no pair has ${minBars} bars in common`);
    }
  }

  protected judge(bytes: Buffer, start: number, end: number): Outcome {
    const refusal = this.decoder.decode(bytes, start, end);
    if (refusal !== undefined) return refusal;
    const { record } = this.decoder;
    return 'mark_s' in record ? 'ignored' : this.keep(record);
  }

  private keep(bar: Bar): Outcome {
    try {
      return this.scanner.add(bar);
    } catch (error) {
      throw capacityFault(error, 'scan fewer symbols at a time, a shorter time, or a coarser timeframe');
    }
  }

  private print(pairs: readonly ScannedPair[]): void {
    if (this.given.as === 'table') this.output.out.add(tableOf([...NAMES, ...NUMBERS], pairs.map(cellsOf), NAMES));
    else for (const pair of pairs) this.output.out.add(lineOf(pair));
  }
}

function cellsOf(pair: ScannedPair): string[] {
  return [pair.a, pair.b, timeframeName(pair.tf_s), ...NUMBERS.map((name) => shortNumber(pair[name]))];
}

function lineOf(pair: ScannedPair): string {
  const numbers = NUMBERS.map((name) => {
    const value = pair[name];
    return `"${name}":${value === undefined ? 'null' : plainNumber(value)}`;
  });
  return `{"a":"${pair.a}","b":"${pair.b}","tf":"${timeframeName(pair.tf_s)}",${numbers.join(',')}}\n`;
}

export const pairsScan = defineTransform({
  kind: 'view',
  name: 'pairs scan',
  summary: 'Pairs of symbols, ranked by how well their prices are tied to each other',
  description:
    'Compares every two symbols of each timeframe, over the bars that both have: the correlation of the logarithms of their closes ' +
    'and of the returns; beta, the least-squares slope of ln a on ln b; the standard deviation of the residuals; their ' +
    'Dickey-Fuller t, with a constant and without lags; and their half-life in bars. The lowest t comes first, a pair without one ' +
    'last. A close that is not above 0 is passed over. As yaml it prints a configuration for `qf pairs watch`, with the pairs whose ' +
    'beta is above 0 and that have a half-life, in timeframes of whole minutes.',
  examples: [
    {
      what: 'candidates of a simulated day',
      command:
        'qf ingest sim --symbols 20 --rate 1 --hot-pct 0 --duration 6h --pace max | qf bars1s | qf agg --tf 1m | qf pairs scan',
    },
    {
      what: 'from bars to signals',
      command:
        'qf pairs scan --as yaml --from file:bars.1m.ndjson > found.yaml && qf pairs watch --config found.yaml --from file:bars.1m.ndjson',
    },
    { what: 'every pair, for a program', command: 'qf pairs scan --as ndjson --top 1000000 --from file:bars.1m.ndjson' },
  ],
  consumes: ['bar', 'mark'],
  produces: ['text'],
  options,
  guarantees: [
    'The same bars give the same bytes, in whatever order they come; a bar that comes twice is a duplicate, and the first one counts.',
    'Prints once, at the end of input.',
    'Memory holds twelve to twenty-four bytes for each bar, of at most 5,000,000 bars and 1,000 symbols of one timeframe.',
  ],
  why:
    'A pair is worth watching where the residuals of one price on the other come back to their mean; how fast they do says over how ' +
    'many bars to look and how long to wait.',
  symptoms: 'It ends with 70 beyond the bars or symbols that it may keep, and names the limit.',
  alternatives: [
    { name: 'Ranking by correlation', whyNot: 'Two prices with one trend are correlated and may drift apart for ever.' },
    {
      name: 'Augmented tests, with lags',
      whyNot: 'Their best lag differs from pair to pair, and a ranking has to measure all of them alike.',
    },
  ],
  create: (given, context) => new ScanProcessor(given, context),
});
