import { Args } from '@oclif/core';
import { kafkaFlags, withKafkaFlags } from '../../lib/cli/kafka-flags.js';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { kafkaAddressOf } from '../../lib/ops/addresses.js';
import { describeTopics } from '../../lib/ops/kafka/describe.js';

export default class TopicsDescribe extends StackCommand {
  static override summary = 'Partitions and settings of topics';
  static override description = 'A table of topics as they are on the broker: all of them, or those that are named.';
  static override examples = [
    { description: 'all', command: 'qf topics describe' },
    { description: 'two of them', command: 'qf topics describe ticks bars.1s' },
  ];
  static override strict = false;
  static override flags = kafkaFlags;
  static override args = { topic: Args.string({ description: 'Names of topics' }) };

  override async run(): Promise<number> {
    const { flags, argv } = await this.parse(TopicsDescribe);
    return this.withStack(flags, async (stack) =>
      this.print(await describeTopics(kafkaAddressOf(stack, withKafkaFlags(process.env, flags)), argv as string[])),
    );
  }
}
