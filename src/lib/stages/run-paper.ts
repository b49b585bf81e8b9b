import { defineTransform } from '../runtime/stage.js';
import { runOptions } from './run-paper-options.js';
import { PaperRun } from './run-paper-processor.js';

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
  options: runOptions,
  guarantees: [
    'The bytes of the pipe of its stages.',
    'What any stage refuses goes to --rejects, as that stage writes it.',
    'Memory does not grow with the length of the data.',
  ],
  why: 'Research runs the flow thousands of times: without processes and pipes a year of minutes takes seconds, and what was tried is what runs live.',
  symptoms: "Its summary counts each stage; what a stage refuses stands on --rejects under that stage's name.",
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
