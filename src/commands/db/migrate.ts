import { pgSchemaFlag } from '../../lib/cli/pg-schema.js';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { databaseUrlOf } from '../../lib/ops/addresses.js';
import { migrate } from '../../lib/ops/postgres/migrate.js';

export default class DbMigrate extends StackCommand {
  static override summary = "Create qf's tables, or bring them up to date";
  static override description =
    'Prints each migration with applied or kept. A schema that is missing is created. qf up does the same. ' +
    'Ends with 2 where the tables were made by a newer qf, or a migration was changed after it was applied.';
  static override examples = [
    { description: 'in the schema public', command: 'qf db migrate' },
    { description: 'in a schema for a replay', command: 'qf db migrate --pg-schema replay' },
  ];
  static override flags = { 'pg-schema': pgSchemaFlag };

  override async run(): Promise<number> {
    const { flags } = await this.parse(DbMigrate);
    return this.withStack(flags, async (stack) => {
      const outcomes = await migrate({ url: databaseUrlOf(stack, process.env), schema: flags['pg-schema'] });
      await this.print(outcomes.map(({ name, outcome }) => `${outcome}\t${name}\n`).join(''));
    });
  }
}
