import { StackCommand } from '../lib/cli/stack-command.js';
import { ps } from '../lib/ops/ps.js';

export default class Ps extends StackCommand {
  static override summary = 'What of the stack runs';
  static override description = 'Services and stages with their state, process, port and number of restarts.';
  static override examples = [
    { description: 'a table', command: 'qf ps' },
    { description: 'of another stack', command: 'qf ps --config ./my-stack.json' },
  ];

  override async run(): Promise<number> {
    const { flags } = await this.parse(Ps);
    return this.withStack(flags, async (stack) => this.print(await ps(stack, process.env)));
  }
}
