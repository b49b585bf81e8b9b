import { duration, choice, type OptionValues, path } from '../runtime/options.js';
import { paperConfig } from '../formats/paper-config.js';
import { defineTransform } from '../runtime/stage.js';
import { matchOptions } from './paper-match.js';
import { PaperRun } from './run-paper-processor.js';

const options = {
  data: path({ summary: 'Ticks or bars as NDJSON, plain or gzip [default: what comes through the pipe]', file: 'read' }),
  pairs: paperConfig('pairs.yaml', 'The pairs and how they are traded'),
  risk: paperConfig('risk.yaml', 'The limits'),
  costs: paperConfig('costs.yaml', 'Slippage, tick size and fees'),
  grace: duration({ summary: 'Of ticks: how long a second stays open for those that come late', default: '2s' }),
  fill: choice({
    summary:
      'ref: each order at once, at its reference price; next-bar: on the bars that come after it, as far as their volume allows',
    choices: ['ref', 'next-bar'],
    default: 'ref',
  }),
  participation: matchOptions.participation,
  ttl: matchOptions.ttl,
  show: choice({
    summary: 'Which records to write',
    choices: ['signals', 'orders', 'sized', 'allowed', 'fills'],
    default: 'fills',
  }),
};

export type RunOptions = OptionValues<typeof options>;

export const runPaper = defineTransform({
  kind: 'view',
  name: 'run paper',
  summary: 'The whole paper flow in one process',
  description:
    'Ticks or bars of any timeframe through the same stages as the pipe: bars1s, agg, pairs watch, pairs exec, risk size, risk ' +
    'guard, paper match, and the same bytes. It builds the timeframes that the pairs ask for. With --fill next-bar orders are ' +
    'filled on the bars that are read. The closing summary counts what was read, and what was written.',
  examples: [
    { what: 'a year of minutes', command: 'qf run paper --data bars.1m.ndjson.gz --pairs pairs.yaml | qf paper pnl' },
    {
      what: 'try a parameter',
      command:
        "sed 's/entry_z: 2/entry_z: 2.5/' pairs.yaml > try.yaml; qf run paper --pairs try.yaml < bars.ndjson | qf paper pnl",
    },
    { what: 'what the strategy wanted', command: 'qf run paper --data bars.ndjson --show signals' },
  ],
  consumes: ['tick', 'bar', 'mark'],
  produces: ['fill'],
  options,
  guarantees: [
    'The bytes of the pipe of its stages.',
    'What any stage refuses goes to --rejects, as that stage writes it.',
    'Memory does not grow with the length of the data.',
  ],
  why: 'Research runs the flow thousands of times: without processes and pipes a year of minutes takes seconds, and what was tried is what runs live.',
  alternatives: [
    { name: 'A vectorised backtest', whyNot: 'It is faster, and another program than the one that trades.' },
    { name: 'The pipe', whyNot: 'Six processes start, and every record is written and read five times.' },
  ],
  create: (given, context) => new PaperRun(given, context),
  join: (given, context) =>
    given.data === undefined
      ? undefined
      : {
          source: { batches: (stop) => context.files.open(given.data ?? '', stop) },
          processor: new PaperRun(given, context),
        },
});
