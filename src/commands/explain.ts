import { Args, Flags } from '@oclif/core';
import { explanationOf } from '../lib/cli/explain.js';
import { flowMermaid, flowOf, flowText } from '../lib/cli/flow.js';
import { StackCommand } from '../lib/cli/stack-command.js';
import { QfError } from '../lib/runtime/errors.js';
import { STAGES } from '../lib/stages/index.js';

export default class Explain extends StackCommand {
  static override summary = 'What a stage or a metric is, why it is so, and how a failure shows';
  static override description =
    'Of a stage: what it reads and writes, what holds, why it is built this way, what else there would be, where to watch it, and what ' +
    'is wrong when its figures are not as they should be. Of a metric: what it tells, and where to look. --flow draws the stages of the ' +
    'stack with their topics.';
  static override examples = [
    { description: 'a stage', command: 'qf explain bars1s' },
    { description: 'a metric', command: 'qf explain qf_bars1s_lag_records' },
    { description: 'the flow of the stack', command: 'qf explain --flow text' },
  ];
  static override args = { name: Args.string({ description: 'A stage or a metric' }) };
  static override flags = {
    flow: Flags.string({ options: ['text', 'mermaid'], summary: 'Draw the stages of the stack instead' }),
  };
  /** `ingest sim` are two words. */
  static override strict = false;

  override async run(): Promise<number> {
    const { argv, flags } = await this.parse(Explain);
    const name = argv.map(String).join(' ');
    return this.withStack(flags, async (stack) => {
      if ((name === '') === (flags.flow === undefined))
        throw new QfError('usage', 'expected the name of a stage or a metric, or --flow: qf stages lists the stages');
      if (flags.flow === undefined) await this.print(explanationOf(name, STAGES, stack));
      else await this.print((flags.flow === 'text' ? flowText : flowMermaid)(await flowOf(stack, STAGES)));
    });
  }
}
