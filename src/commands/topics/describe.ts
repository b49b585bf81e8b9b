import { Args } from '@oclif/core';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { addressesOf } from '../../lib/ops/addresses.js';
import { describeTopics } from '../../lib/ops/kafka/describe.js';

export default class TopicsDescribe extends StackCommand {
  static override summary = 'Partitions and settings of topics';
  static override description = 'A table of topics as they are on the broker: all of them, or those that are named.';
  static override examples = [
    { description: 'all', command: 'qf topics describe' },
    { description: 'two of them', command: 'qf topics describe ticks bars.1s' },
  ];
  static override strict = false;
  static override args = { topic: Args.string({ description: 'Names of topics' }) };

  override async run(): Promise<number> {
    const { flags, argv } = await this.parse(TopicsDescribe);
    return this.withStack(flags, async (stack) =>
      this.print(await describeTopics(addressesOf(stack, process.env).kafka, argv as string[])),
    );
  }
}
