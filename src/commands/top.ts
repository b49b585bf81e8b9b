import { Flags } from '@oclif/core';
import { StackCommand } from '../lib/cli/stack-command.js';
import { top } from '../lib/ops/top.js';
import { exitCodeOf, listenForStop } from '../lib/runtime/signals.js';

const MS_PER_S = 1000;
const HOME_AND_CLEAR = '\x1b[H\x1b[J';

export default class Top extends StackCommand {
  static override summary = 'What the stages of the stack do at this moment';
  static override description =
    'Rates, lag, how full the queues are, CPU and memory of every endpoint in configs/metrics_endpoints.json, from its metrics. On a ' +
    'terminal the table is drawn again and again until Ctrl-C; anywhere else it is printed once.';
  static override examples = [
    { description: 'on a terminal', command: 'qf top' },
    { description: 'once, over the next ten seconds', command: 'qf top --interval 10 | cat' },
  ];
  static override flags = {
    interval: Flags.integer({ helpValue: 'S', summary: 'Seconds that a rate is taken over', default: 2, min: 1, max: 3600 }),
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(Top);
    return this.withStack(flags, async (stack) => {
      const stop = listenForStop();
      const isLive = process.stdout.isTTY;
      for await (const table of top(stack, flags.interval * MS_PER_S, stop)) {
        await this.print(isLive ? `${HOME_AND_CLEAR}${table}` : table);
        if (!isLive) break;
      }
      return (stop.aborted ? exitCodeOf(String(stop.reason)) : undefined) ?? 0;
    });
  }
}
