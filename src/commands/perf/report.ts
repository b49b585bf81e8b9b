import { Args, Command } from '@oclif/core';
import { logLevelFlag } from '../../lib/cli/log-level.js';
import { renderRun } from '../../lib/cli/perf-report.js';

export default class PerfReport extends Command {
  static override summary = 'Make the pages of a comparison anew from what it has measured';
  static override description =
    'Reads runs/perf_compare/<tag>/report.json, writes report.md and report.html beside it, and the first one to stdout.';
  static override examples = [{ description: 'of a run', command: 'qf perf report mine' }];
  static override args = { tag: Args.string({ description: 'Name of the run', required: true }) };
  static override flags = { 'log-level': logLevelFlag('COMMON') };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(PerfReport);
    return renderRun(args.tag, flags['log-level']);
  }
}
