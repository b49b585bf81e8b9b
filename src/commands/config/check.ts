import { StackCommand } from '../../lib/cli/stack-command.js';
import { checkConfigs } from '../../lib/ops/config-check.js';

export default class ConfigCheck extends StackCommand {
  static override summary = 'Say whether the configurations are valid and the generated files current';
  static override description = 'Prints the names of the configurations that were checked; ends with 2 where one is wrong.';
  static override examples = [
    { description: 'the configurations of qf', command: 'qf config check' },
    { description: 'a stack of your own', command: 'qf config check --config ./my-stack.json' },
  ];

  override async run(): Promise<number> {
    const { flags } = await this.parse(ConfigCheck);
    return this.withStack(flags, async (stack) =>
      this.print(
        checkConfigs(stack)
          .map((name) => `${name}\n`)
          .join(''),
      ),
    );
  }
}
