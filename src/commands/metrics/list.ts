import { Flags } from '@oclif/core';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { endpointStates, endpointTable } from '../../lib/ops/metrics.js';

export default class MetricsList extends StackCommand {
  static override summary = "Where the stack's stages serve their metrics, and whether they answer";
  static override description =
    'A line for each endpoint in configs/metrics_endpoints.json: whether it answers, and with how many metrics.';
  static override examples = [
    { description: 'a table', command: 'qf metrics list' },
    {
      description: 'the endpoints that do not answer, for programs',
      command: `qf metrics list --json | jq -r '.[] | select(.state == "silent").endpoint'`,
    },
  ];
  static override flags = { json: Flags.boolean({ summary: 'Print the endpoints as JSON' }) };

  override async run(): Promise<number> {
    const { flags } = await this.parse(MetricsList);
    return this.withStack(flags, async (stack) => {
      const states = await endpointStates(stack);
      await this.print(flags.json ? `${JSON.stringify(states, undefined, 2)}\n` : endpointTable(states));
    });
  }
}
