import { Args, Flags } from '@oclif/core';
import { kafkaFlags, withKafkaFlags } from '../../lib/cli/kafka-flags.js';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { kafkaAddressOf } from '../../lib/ops/addresses.js';
import { tailStart, tailTopic } from '../../lib/ops/kafka/tail.js';
import { EXIT_CODES } from '../../lib/runtime/errors.js';
import { exitCodeOf, listenForStop } from '../../lib/runtime/signals.js';

const DEFAULT_LINES = 10;
const MAX_LINES = 1_000_000;

export default class TopicsTail extends StackCommand {
  static override summary = 'The last records of a topic, and those that come';
  static override description =
    'Writes the values of committed records to stdout as they are, a line each, in the order in which they were written. ' +
    'Marks are among them. Without -f it stops at what is the end at the start.';
  static override examples = [
    { description: 'the last five, as a table', command: 'qf topics tail bars.1m -n 5 | qf fmt table' },
    { description: 'everything that is there', command: 'qf topics tail dlq.bars1s --from start > rejects.ndjson' },
    {
      description: 'one partition from an offset on, and what comes',
      command: 'qf topics tail ticks --partition 2 --from 1000 -f',
    },
  ];
  static override args = { topic: Args.string({ description: 'Name of the topic', required: true }) };
  static override flags = {
    ...kafkaFlags,
    lines: Flags.integer({
      char: 'n',
      summary: `How many of the last records, over all partitions [default: ${DEFAULT_LINES}]`,
      min: 0,
      max: MAX_LINES,
      exclusive: ['from'],
    }),
    from: Flags.string({
      helpValue: 'start|end|OFFSET',
      summary: 'Where to begin instead; an offset belongs to one partition',
    }),
    partition: Flags.integer({ helpValue: 'N', summary: 'Only this partition [default: all]', min: 0 }),
    follow: Flags.boolean({ char: 'f', summary: 'Go on with what comes, until Ctrl-C' }),
  };

  override async run(): Promise<number> {
    const { flags, args } = await this.parse(TopicsTail);
    return this.withStack(flags, async (stack) => {
      const { partition, follow, from, lines: last = DEFAULT_LINES } = flags;
      const stop = listenForStop();
      const address = kafkaAddressOf(stack, withKafkaFlags(process.env, flags));
      const start = from === undefined ? { last } : tailStart(from, partition);
      await tailTopic({ address, topic: args.topic, partition, from: start, follow, stop });
      return exitCodeOf(String(stop.reason)) ?? EXIT_CODES.ok;
    });
  }
}
