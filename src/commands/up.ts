import { Flags } from '@oclif/core';
import { StackCommand } from '../lib/cli/stack-command.js';
import { RUNTIMES } from '../lib/ops/runtime/runtime.js';
import { stepsOfUp, up } from '../lib/ops/up.js';

export default class Up extends StackCommand {
  static override summary = 'Start Kafka, Postgres and the configured stages';
  static override description =
    'Starts what does not run yet and creates the topics that are missing; where everything runs it does nothing. ' +
    'The configuration is configs/stack.json.';
  static override examples = [
    { description: 'everything, in containers where a Docker engine answers, else as processes', command: 'qf up' },
    { description: 'what it would do', command: 'qf up --runtime native --dry-run' },
  ];
  static override flags = {
    runtime: Flags.option({ options: RUNTIMES })({
      summary:
        'Where Kafka and Postgres run; external is what KAFKA_BROKERS and DATABASE_URL name [default: external where both are set, docker where an engine answers, else native]',
    }),
    only: Flags.option({ options: ['infra', 'apps'] as const })({
      summary: 'Only the services with their topics, or only the stages',
    }),
    'dry-run': Flags.boolean({ summary: 'Print what would be done, and do nothing' }),
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(Up);
    return this.withStack(flags, async (stack, log) => {
      const steps = await stepsOfUp(stack, process.env, { runtime: flags.runtime, only: flags.only }, log);
      if (flags['dry-run']) await this.print(steps.map(({ what }) => `${what}\n`).join(''));
      else await up(stack, steps);
    });
  }
}
