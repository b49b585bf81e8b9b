import { Args } from '@oclif/core';
import { StackCommand } from '../../lib/cli/stack-command.js';
import { databaseUrlOf } from '../../lib/ops/addresses.js';
import { psql } from '../../lib/ops/postgres/psql.js';

export default class DbPsql extends StackCommand {
  static override summary = "Run psql on the stack's database";
  static override description = 'What stands behind -- goes to psql, whose exit code is that of the command.';
  static override examples = [
    { description: 'a prompt', command: 'qf db psql' },
    { description: 'a query', command: "qf db psql -- -c 'select version()'" },
  ];
  static override strict = false;
  static override args = { args: Args.string({ description: 'Arguments of psql, behind --' }) };

  override async run(): Promise<number> {
    const { flags } = await this.parse(DbPsql);
    // As they were typed: the parser leaves out a flag that is there twice.
    const separator = this.argv.indexOf('--');
    const args = separator === -1 ? [] : this.argv.slice(separator + 1);
    return this.withStack(flags, (stack) => psql(databaseUrlOf(stack, process.env), args, process.env));
  }
}
