import { Flags } from '@oclif/core';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { checkMetrics, metricsTable } from '../../lib/ops/metrics-check.js';
import { QfError } from '../../lib/runtime/errors.js';

export default class MetricsCheck extends StackCommand {
  static override summary = 'Whether dashboards and rules ask for what the stages export, and for all of it';
  static override description =
    'A line for each metric: which dashboards and rules ask for it, which stages export it now, and whether both agree. A stage that ' +
    'does not run exports nothing, which is no fault. Ends with 69 where a metric is asked for that no stage has, is exported and ' +
    'explained nowhere, or is asked for by nothing.';
  static override examples = [
    { description: 'a table', command: 'qf metrics check' },
    {
      description: 'which dashboards show a metric',
      command: `qf metrics check --json | jq -r '.[] | select(.metric == "lag_records").askedBy[]'`,
    },
  ];
  static override flags = { json: Flags.boolean({ summary: 'Print the metrics as JSON' }) };

  override async run(): Promise<number> {
    const { flags } = await this.parse(MetricsCheck);
    return this.withStack(flags, async (stack) => {
      const uses = await checkMetrics(stack);
      await this.print(flags.json ? `${JSON.stringify(uses, undefined, 2)}\n` : metricsTable(uses));
      const wrong = uses.filter(({ state }) => state !== 'ok').map(({ metric, state }) => `${metric}: ${state}`);
      if (wrong.length > 0) throw new QfError('unavailable', wrong.join('; '));
    });
  }
}
