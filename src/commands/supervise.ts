import { StackCommand } from '../lib/cli/stack-command.js';
import { runSupervisor } from '../lib/ops/supervisor/run.js';
import { listenForStop } from '../lib/runtime/signals.js';

export default class Supervise extends StackCommand {
  static override summary = 'Run the stages of the stack and start them again where they fail; qf up starts this';
  static override hidden = true;

  override async run(): Promise<number> {
    const { flags } = await this.parse(Supervise);
    return this.withStack(flags, (stack, log) => runSupervisor(stack, log, listenForStop()));
  }
}
