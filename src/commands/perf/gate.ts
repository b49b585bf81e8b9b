import { Args, Command, Flags } from '@oclif/core';
import { logLevelFlag } from '../../lib/cli/log-level.js';
import { judgeRun, STAGES } from '../../lib/cli/perf-report.js';

export default class PerfGate extends Command {
  static override summary = 'Refuse a comparison in which the second side is wrong, or not shown to be fast enough';
  static override description =
    'Ends with 1, and says why, where a side was not right, where the run was stopped, or where the lower end of the interval for the ' +
    'speed of B is below --min-ratio at any load, or its latency above --max-p99. For a CI: scripts/ci/perf-gate.sh compares and judges.';
  static override examples = [
    { description: 'at least twice as fast', command: 'qf perf gate mine --min-ratio 2' },
    { description: 'as quick as it has to be', command: 'qf perf gate at-pace --min-ratio 0.5 --max-p99 50ms' },
  ];
  static override args = { tag: Args.string({ description: 'Name of the run', required: true }) };
  static override flags = {
    'min-ratio': Flags.string({ helpValue: 'X', summary: 'Speed of B in multiples of that of A', default: '1' }),
    'max-p99': Flags.string({
      helpValue: 'DURATION',
      summary: 'Longest latency of 99 % of the bars of B, of a run in load mode',
    }),
    stage: Flags.option({
      options: STAGES,
      summary: 'Which comparison is judged [default: those of several stages, or all where there are none]',
    })(),
    'log-level': logLevelFlag('COMMON'),
  };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(PerfGate);
    return judgeRun(args.tag, flags);
  }
}
