import { Flags } from '@oclif/core';
import { pgSchemaFlag } from '../../lib/cli/pg-schema.js';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { databaseUrlOf } from '../../lib/ops/addresses.js';
import { migrationStates, refuseWrong } from '../../lib/ops/postgres/migrate.js';

const ANSWER_MS = 10_000;

export default class DbStatus extends StackCommand {
  static override summary = "How far qf's tables are up to date";
  static override description =
    'Prints each migration with applied or pending, or with what is wrong: changed where its file is another one than was applied, ' +
    'newer where this qf does not have it; then it ends with 2. Changes nothing.';
  static override examples = [
    { description: 'a line for each migration', command: 'qf db status' },
    {
      description: 'what is still to be applied',
      command: `qf db status --json | jq -r '.[] | select(.status == "pending").name'`,
    },
  ];
  static override flags = { 'pg-schema': pgSchemaFlag, json: Flags.boolean({ summary: 'Print the migrations as JSON' }) };

  override async run(): Promise<number> {
    const { flags } = await this.parse(DbStatus);
    return this.withStack(flags, async (stack) => {
      const schema = flags['pg-schema'];
      const states = await migrationStates({ url: databaseUrlOf(stack, process.env), schema, limit_ms: ANSWER_MS });
      await this.print(
        flags.json
          ? `${JSON.stringify(states, undefined, 2)}\n`
          : states.map(({ status, name, applied_at = '' }) => `${status}\t${name}\t${applied_at}`.trimEnd() + '\n').join(''),
      );
      refuseWrong(schema, states);
    });
  }
}
