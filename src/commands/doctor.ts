import { Flags } from '@oclif/core';
import { kafkaFlags, withKafkaFlags } from '../lib/cli/kafka-flags.js';
import { StackCommand } from '../lib/cli/stack-command.js';
import { doctor, reportOf } from '../lib/ops/doctor/index.js';
import { QfError } from '../lib/runtime/errors.js';

export default class Doctor extends StackCommand {
  static override summary = 'Say what is wrong with the stack, and which command mends it';
  static override description =
    'Looks at the programs, ports, broker, topics, database, migrations, stages with their metrics and lag, disk and clock. Every check has a time limit. ' +
    'Ends with 0 where nothing has failed, else with 69.';
  static override examples = [
    { description: 'a line for each check', command: 'qf doctor' },
    { description: 'what has failed, for programs', command: `qf doctor --json | jq -r '.[] | select(.status == "fail").what'` },
  ];
  static override flags = { json: Flags.boolean({ summary: 'Print the findings as JSON' }), ...kafkaFlags };

  override async run(): Promise<number> {
    const { flags } = await this.parse(Doctor);
    return this.withStack(flags, async (stack) => {
      const findings = await doctor(stack, withKafkaFlags(process.env, flags));
      await this.print(flags.json ? `${JSON.stringify(findings, undefined, 2)}\n` : reportOf(findings));
      const failures = findings.filter(({ status }) => status === 'fail').length;
      if (failures > 0) throw new QfError('unavailable', `${failures} of ${findings.length} checks have failed`);
    });
  }
}
