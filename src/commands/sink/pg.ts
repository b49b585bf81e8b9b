import { Command, Flags } from '@oclif/core';
import { executeSink } from '../../lib/cli/execute-sink.js';
import { kafkaFlags, withKafkaFlags } from '../../lib/cli/kafka-flags.js';
import { logLevelFlag } from '../../lib/cli/log-level.js';
import { metricsFlags, metricsSettings } from '../../lib/cli/metrics-flags.js';
import { pgSchemaFlag } from '../../lib/cli/pg-schema.js';
import { taskFlags, taskOptions } from '../../lib/cli/task-flags.js';

export default class SinkPg extends Command {
  static override summary = 'Store what is committed on a topic in Postgres';
  static override description =
    'Bars go to the table of their timeframe, refused records of dlq.* topics to rejects; marks are passed over. Rows and the ' +
    'offset behind them are written in one transaction, so that each record is stored once, whatever is killed or away meanwhile. ' +
    'A row replaces what is stored under its key. A record that cannot be stored ends it with 65, and nothing behind it is stored.';
  static override examples = [
    { description: 'bars of a minute, as they come', command: 'qf sink pg --from kafka:bars.1m' },
    { description: 'what is there now, and no more', command: 'qf sink pg --from kafka:dlq.bars1s --until-end' },
  ];
  static override flags = {
    from: Flags.string({ required: true, helpValue: 'kafka:TOPIC', summary: 'The topic to follow' }),
    'pg-schema': pgSchemaFlag,
    ...kafkaFlags,
    ...(taskFlags(
      ['group', 'commit-interval', 'give-up'],
      (name) => `QF_SINK_PG_${name.replace('-', '_').toUpperCase()}`,
    ) as Record<string, never>),
    'until-end': Flags.boolean({ helpGroup: 'KAFKA', summary: 'Store what is there at the start, and end' }),
    ...metricsFlags('QF_SINK_PG_METRICS_PORT', 'COMMON'),
    'log-level': logLevelFlag('COMMON'),
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(SinkPg);
    return executeSink({
      from: flags.from,
      kafka: taskOptions(flags),
      env: { ...withKafkaFlags(process.env, flags), QF_PG_SCHEMA: flags['pg-schema'] },
      metrics: metricsSettings(flags),
      logLevel: flags['log-level'],
    });
  }
}
