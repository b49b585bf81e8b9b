import { Flags } from '@oclif/core';
import { confirmed, refuseUnasked } from '../../lib/cli/confirm.js';
import { kafkaFlags, withKafkaFlags } from '../../lib/cli/kafka-flags.js';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { resetTopics } from '../../lib/ops/reset.js';
import { QfError } from '../../lib/runtime/errors.js';

export default class TopicsReset extends StackCommand {
  static override summary = 'Empty the topics, and delete all state, offsets and positions that belong to them';
  static override description =
    'Deletes and creates anew every topic of configs/stack.json; with them go the state of all groups, the offsets of their consumer ' +
    'groups, and how far sinks have stored them, in every schema. Rows in the tables stay. Refuses while stages run.';
  static override examples = [
    { description: 'begin with nothing; asks first', command: 'qf topics reset' },
    { description: 'in a script', command: 'qf topics reset --yes' },
  ];
  static override flags = { ...kafkaFlags, yes: Flags.boolean({ char: 'y', summary: 'Do not ask' }) };

  override async run(): Promise<number> {
    const { flags } = await this.parse(TopicsReset);
    return this.withStack(flags, async (stack) => {
      if (!flags.yes) refuseUnasked('this deletes all data on the topics');
      const lines = await resetTopics(
        stack,
        withKafkaFlags(process.env, flags),
        flags.yes ? () => Promise.resolve(true) : confirmed,
      );
      if (lines === undefined) throw new QfError('usage', 'nothing was deleted');
      await this.print(lines.map((line) => `${line}\n`).join(''));
    });
  }
}
