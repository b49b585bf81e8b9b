import { kafkaFlags, withKafkaFlags } from '../../lib/cli/kafka-flags.js';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { kafkaAddressOf } from '../../lib/ops/addresses.js';
import { listTopics } from '../../lib/ops/kafka/topics.js';

export default class TopicsList extends StackCommand {
  static override summary = 'Names of the topics on the broker';
  static override description = "One name a line, in order; Kafka's own topics are left out.";
  static override examples = [
    { description: 'all', command: 'qf topics list' },
    { description: 'the topics of bars', command: "qf topics list | grep '^bars'" },
  ];
  static override flags = kafkaFlags;

  override async run(): Promise<number> {
    const { flags } = await this.parse(TopicsList);
    return this.withStack(flags, async (stack) => {
      const names = await listTopics(kafkaAddressOf(stack, withKafkaFlags(process.env, flags)));
      await this.print(names.map((name) => `${name}\n`).join(''));
    });
  }
}
