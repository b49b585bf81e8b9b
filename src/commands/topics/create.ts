import { kafkaFlags, withKafkaFlags } from '../../lib/cli/kafka-flags.js';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { kafkaAddressOf } from '../../lib/ops/addresses.js';
import { createTopics } from '../../lib/ops/kafka/topics.js';

export default class TopicsCreate extends StackCommand {
  static override summary = 'Create the topics that are missing, and correct settings';
  static override description =
    'Prints each topic of configs/stack.json with created, changed or kept. A number of partitions is never changed, because keys would move to other partitions.';
  static override examples = [
    { description: 'all topics', command: 'qf topics create' },
    { description: 'on another broker of this machine', command: 'qf topics create --brokers 127.0.0.1:19092' },
  ];
  static override flags = kafkaFlags;

  override async run(): Promise<number> {
    const { flags } = await this.parse(TopicsCreate);
    return this.withStack(flags, async (stack) => {
      const outcomes = await createTopics(kafkaAddressOf(stack, withKafkaFlags(process.env, flags)), stack.topics);
      await this.print(outcomes.map(({ name, outcome }) => `${outcome}\t${name}\n`).join(''));
    });
  }
}
