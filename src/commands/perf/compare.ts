import { Command, Flags } from '@oclif/core';
import { MODES, runComparison, SCENARIOS, TRANSPORTS, watchedFlags } from '../../lib/cli/perf-compare.js';

const helpGroup = 'LOAD';

/** The market of load mode. */
const marketFlags = {
  'stage-sec': Flags.integer({
    helpGroup,
    helpValue: 'S',
    summary: 'Seconds that are measured',
    default: 180,
    min: 1,
    max: 86_400,
    env: 'STAGE_SEC',
  }),
  'warmup-sec': Flags.integer({
    helpGroup,
    helpValue: 'S',
    summary: 'Seconds before them that are not',
    default: 20,
    min: 0,
    max: 86_400,
    env: 'WARMUP_SEC',
  }),
  'sim-base-tps': Flags.string({
    helpGroup,
    helpValue: 'X',
    summary: 'Ticks per second of a symbol',
    default: '5',
    env: 'SIM_BASE_TPS',
  }),
  'sim-hot-tps': Flags.string({
    helpGroup,
    helpValue: 'X',
    summary: 'Ticks per second of a hot symbol',
    default: '1000',
    env: 'SIM_HOT_TPS',
  }),
  'sim-hot-symbol-pct': Flags.string({
    helpGroup,
    helpValue: 'X',
    summary: 'Symbols that are hot at a time, %',
    default: '0.2',
    env: 'SIM_HOT_SYMBOL_PCT',
  }),
  'sim-hot-rotate-sec': Flags.integer({
    helpGroup,
    helpValue: 'S',
    summary: 'Seconds after which others are hot',
    default: 15,
    min: 1,
    max: 86_400,
    env: 'SIM_HOT_ROTATE_SEC',
  }),
  'sim-step-ms': Flags.integer({
    helpGroup,
    helpValue: 'MS',
    summary: 'Step of the simulation',
    default: 100,
    min: 1,
    max: 1000,
    env: 'SIM_STEP_MS',
  }),
};

export default class PerfCompare extends Command {
  static override summary = 'Find out which of two implementations is faster, and whether they are right';
  static override description =
    'Runs two sets of commands for bars1s and agg on the same simulated markets: each stage alone, and in pipes both together; or, with ' +
    '--scenario paper-flow, everything from ticks to paper fills; or, with --mode load, at the pace of a market, how long bars or fills take. First their bars or fills are compared with those of the reference; then they are timed in rounds of A B B A. Writes report.md, report.html and report.json to ' +
    'runs/perf_compare/<tag>/, and the page to stdout. An implementation is a file of configs/implementations, or of your own; ' +
    'INGEST_CMD, BARS1S_CMD and BARAGG_CMD replace a stage of the second one with any shell command that reads NDJSON on standard input and ' +
    'writes it to standard output; with --transport kafka, that reads the topic $PERF_INPUT and writes topics that begin with ' +
    '$PERF_OUTPUT; there an ingest is compared too. Ends with 65 where bars are wrong. Ctrl-C keeps what was measured by then.';
  static override examples = [
    { description: 'the two engines of qf', command: 'qf perf compare' },
    { description: 'the same on Kafka', command: 'qf perf compare --transport kafka --loads 200' },
    {
      description: 'a program of your own as bars1s',
      command: "BARS1S_CMD='python3 my_bars.py' qf perf compare --loads 200 --tag mine",
    },
  ];
  static override flags = {
    a: Flags.string({ helpValue: 'NAME|PATH', summary: 'What the other one is compared with', default: 'baseline' }),
    b: Flags.string({ helpValue: 'NAME|PATH', summary: 'The other one', default: 'hot' }),
    scenario: Flags.option({
      options: SCENARIOS,
      summary: 'pipeline: from ticks to bars of minutes; paper-flow: on to paper fills',
      default: 'pipeline',
      env: 'PERF_SCENARIO',
    })(),
    mode: Flags.option({
      options: MODES,
      summary: 'capacity: as fast as it goes; load: ticks at the pace of a market, and how long bars take',
      default: 'capacity',
      env: 'PERF_MODE',
    })(),
    transport: Flags.option({
      options: TRANSPORTS,
      summary: 'How records come and go; Kafka is that of the stack, or of KAFKA_BROKERS',
      default: 'pipe',
      env: 'PERF_TRANSPORT',
    })(),
    loads: Flags.string({ helpValue: 'N,…', summary: 'Symbols of each market', default: '50,200,500', env: 'LOADS' }),
    ticks: Flags.integer({
      helpValue: 'N',
      summary: 'Ticks of each market in capacity mode',
      default: 1_000_000,
      min: 1,
      env: 'PERF_TICKS',
    }),
    rounds: Flags.integer({ helpValue: 'N', summary: 'Rounds of two runs of each side', default: 3, min: 1, env: 'PERF_ROUNDS' }),
    seed: Flags.integer({
      helpValue: 'N',
      summary: 'Of the market, and of the statistics',
      default: 1,
      min: 0,
      max: 2 ** 32 - 1,
    }),
    'sample-sec': Flags.integer({
      helpValue: 'S',
      summary: 'Seconds between two looks at what a run takes, and of a part of a run in load mode',
      default: 5,
      min: 1,
      max: 3600,
      env: 'SAMPLE_SEC',
    }),
    ...marketFlags,
    'pair-tf': Flags.option({
      options: ['3m', '5m', '15m'] as const,
      summary: 'Bars that pairs of the paper flow look at',
      default: '3m',
      env: 'PAIR_TF',
    })(),
    'pair-lookback': Flags.integer({
      helpValue: 'N',
      summary: 'Bars over which their mean is taken',
      default: 20,
      min: 2,
      max: 10_000,
      env: 'PAIR_LOOKBACK',
    }),
    'pair-count': Flags.integer({ helpValue: 'N', summary: 'Pairs, at most', default: 50, min: 1, max: 1000, env: 'PAIR_COUNT' }),
    'pair-min-ready': Flags.integer({
      helpValue: 'N',
      summary: 'Bars before they decide anything',
      default: 10,
      min: 0,
      max: 10_000,
      env: 'PAIR_MIN_READY',
    }),
    tag: Flags.string({ helpValue: 'NAME', summary: 'Name of the run [default: its time]' }),
    ...watchedFlags,
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(PerfCompare);
    return runComparison(flags);
  }
}
