import { Flags } from '@oclif/core';
import { pgSchemaFlag } from '../../lib/cli/pg-schema.js';
import { kafkaFlags, withKafkaFlags } from '../../lib/cli/kafka-flags.js';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { addressesOf } from '../../lib/ops/addresses.js';
import { reconcileBars, selectionOf } from '../../lib/recon/index.js';

const DEFAULT_SHOWN = 20;
const MAX_SHOWN = 10_000;

export default class ReconBars extends StackCommand {
  static override summary = 'Compare bars on Kafka with those in Postgres, or with what finer bars give';
  static override description =
    'Compares every bar of a topic with a table; or the bars that follow from a finer topic with a topic or a table. Prints how ' +
    'many are missing, extra, different or there twice, and the first ones, by time and symbol. Values are compared to the last ' +
    'digit. Ends with 65 where anything differs. In a running stack what is newest is still on its way: leave it out with --until.';
  static override examples = [
    { description: 'is everything in the database', command: 'qf recon bars --topic bars.1m --table bars_1m' },
    { description: 'do minutes follow from seconds', command: 'qf recon bars --recompute-from bars.1s --topic bars.1m' },
    {
      description: 'a running stack, for programs',
      command: 'qf recon bars --topic bars.1s --table bars_1s --until "$(date -ud \'1 minute ago\' +%FT%TZ)" --json',
    },
  ];
  static override flags = {
    ...kafkaFlags,
    topic: Flags.string({ helpValue: 'TOPIC', summary: 'Bars on Kafka' }),
    table: Flags.string({ helpValue: 'TABLE', summary: 'Bars in Postgres, such as bars_1m' }),
    'recompute-from': Flags.string({ helpValue: 'TOPIC', summary: 'Topic of a finer timeframe, from which bars are computed' }),
    since: Flags.string({
      helpValue: 'TIME',
      summary: 'Only bars that start at or after this time: ISO 8601, UTC without an offset',
    }),
    until: Flags.string({ helpValue: 'TIME', summary: 'Only bars that end at or before this time' }),
    symbol: Flags.string({
      helpValue: 'NAME',
      summary: 'Only this symbol; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
    }),
    show: Flags.integer({
      helpValue: 'N',
      summary: 'How many of each kind to show',
      default: DEFAULT_SHOWN,
      min: 0,
      max: MAX_SHOWN,
    }),
    json: Flags.boolean({ summary: 'Print each finding as a line of JSON' }),
    'pg-schema': pgSchemaFlag,
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(ReconBars);
    return this.withStack(flags, async (stack, log) => {
      const { kafka: address, databaseUrl: url } = addressesOf(stack, withKafkaFlags(process.env, flags));
      await reconcileBars({
        address,
        database: { url, schema: flags['pg-schema'] },
        topic: flags.topic,
        table: flags.table,
        recomputeFrom: flags['recompute-from'],
        selection: selectionOf(flags.since, flags.until, flags.symbol),
        shown: flags.json ? 'json' : flags.show,
        log,
      });
    });
  }
}
