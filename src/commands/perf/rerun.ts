import { Args, Command, Flags } from '@oclif/core';
import { rerunComparison, watchedFlags } from '../../lib/cli/perf-compare.js';

export default class PerfRerun extends Command {
  static override summary = 'Repeat a comparison: the same commands, markets, rounds and seeds';
  static override description =
    'Takes everything from runs/perf_compare/<tag>/report.json, also the commands that variables had replaced.';
  static override examples = [{ description: 'a run again', command: 'qf perf rerun mine' }];
  static override args = { tag: Args.string({ description: 'Name of the run', required: true }) };
  static override flags = {
    tag: Flags.string({ helpValue: 'NAME', summary: 'Name of the new run [default: its time]' }),
    ...watchedFlags,
  };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(PerfRerun);
    return rerunComparison(args.tag, flags.tag, flags);
  }
}
