import { paperConfig } from '../formats/paper-config.js';
import { choice, duration, type OptionValues, path } from '../runtime/options.js';
import { matchOptions } from './paper-match.js';

/** What `qf run paper` can be told. */
export const runOptions = {
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

export type RunOptions = OptionValues<typeof runOptions>;
