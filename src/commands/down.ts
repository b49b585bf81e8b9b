import { Flags } from '@oclif/core';
import { StackCommand } from '../lib/cli/stack-command.js';
import { down } from '../lib/ops/up.js';

export default class Down extends StackCommand {
  static override summary = 'Stop the stages, Kafka and Postgres';
  static override description =
    'Stages finish what they have read. Data is kept; with --volumes all of it is deleted: topics, state and database together.';
  static override examples = [
    { description: 'stop', command: 'qf down' },
    { description: 'stop, and begin with nothing the next time', command: 'qf down --volumes' },
  ];
  static override flags = { volumes: Flags.boolean({ summary: 'Delete what Kafka and Postgres have stored, and the logs' }) };

  override async run(): Promise<number> {
    const { flags } = await this.parse(Down);
    return this.withStack(flags, (stack, log) => down(stack, process.env, flags.volumes, log));
  }
}
