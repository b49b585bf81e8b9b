import { Command, Flags } from '@oclif/core';
import { KIT_STAGES, LEVELS, testContract, TRANSPORTS } from '../../lib/cli/contract-test.js';
import { logLevelFlag } from '../../lib/cli/log-level.js';

export default class ContractTest extends Command {
  static override summary = "Find out which rules of a stage's contract a program of your own keeps";
  static override description =
    'Gives the program one small input after another on standard input and looks at what it writes: order, ties, late ticks, exact ' +
    'volumes, duplicates, malformed lines, other ways to write JSON, bars before the end. strict: the same bytes as qf; compatible: the ' +
    'same bars, in any order and with numbers as the program writes them. On Kafka the program is also killed and started again. Ends with 1 where a rule is not kept. The inputs and what ' +
    'has to come of them are the files in the folder kit.';
  static override examples = [
    { description: 'a program in Python', command: "qf contract test --stage bars1s --cmd 'python3 my_bars.py'" },
    {
      description: 'on the Kafka of the stack',
      command:
        "qf contract test --stage bars1s --transport kafka --cmd './my_bars $PERF_INPUT $PERF_OUTPUT $PERF_GROUP $PERF_UNTIL'",
    },
    { description: 'qf itself', command: "qf contract test --stage agg --cmd 'qf agg --tf 3m,5m,15m' --level strict" },
  ];
  static override flags = {
    stage: Flags.option({ options: KIT_STAGES, summary: 'Whose contract it is', required: true })(),
    cmd: Flags.string({ helpValue: 'COMMAND', summary: 'The program, for a shell', required: true }),
    level: Flags.option({ options: LEVELS, summary: 'What is enough', default: 'compatible' as const })(),
    transport: Flags.option({
      options: TRANSPORTS,
      summary: 'kafka: the program reads the topic $PERF_INPUT and writes topics that begin with $PERF_OUTPUT',
      default: 'pipe' as const,
    })(),
    limit: Flags.integer({ helpValue: 'S', summary: 'Seconds that each input may take', default: 30, min: 1, max: 3600 }),
    'log-level': logLevelFlag('COMMON'),
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(ContractTest);
    return testContract(flags);
  }
}
