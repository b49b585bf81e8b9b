import { Args, Flags } from '@oclif/core';
import { StackCommand } from '../lib/cli/stack-command.js';
import { showLogs } from '../lib/ops/logs.js';

export default class Logs extends StackCommand {
  static override summary = 'What services and stages have logged';
  static override description = 'The last 200 lines of each log, or of one. Ctrl-C ends -f.';
  static override examples = [
    { description: 'everything', command: 'qf logs' },
    { description: 'one stage, and what comes', command: 'qf logs bars1s -f' },
  ];
  static override args = { name: Args.string({ description: 'kafka, postgres, supervisor, or a stage' }) };
  static override flags = { follow: Flags.boolean({ char: 'f', summary: 'Go on with new lines' }) };

  override async run(): Promise<number> {
    const { flags, args } = await this.parse(Logs);
    return this.withStack(flags, (stack) => showLogs(stack, process.env, args.name, flags.follow));
  }
}
