import { StackCommand } from '../../lib/cli/stack-command.js';
import { renderFiles, writeFiles } from '../../lib/ops/render/index.js';

export default class ConfigRender extends StackCommand {
  static override aliases = ['metrics:sync'];
  static override summary = 'Write the files that are made from the configuration of the stack';
  static override description =
    'Writes the compose file, the settings and the pom of the broker, the list of topics, the environment of the services, and the settings, targets and alerts of a Prometheus that watches the stages into the folder generated beside the configuration, and prints their names.';
  static override examples = [
    { description: 'after a change of configs/stack.json', command: 'qf config render' },
    { description: 'beside a stack of your own', command: 'qf config render --config ./my-stack.json' },
  ];

  override async run(): Promise<number> {
    const { flags } = await this.parse(ConfigRender);
    return this.withStack(flags, async (stack) => {
      writeFiles(stack);
      await this.print([...renderFiles(stack).keys()].map((name) => `${name}\n`).join(''));
    });
  }
}
