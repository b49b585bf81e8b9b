import { Command, Flags } from '@oclif/core';
import { catalogueOf } from '../lib/runtime/catalogue.js';
import { STAGES } from '../lib/stages/index.js';

export default class Stages extends Command {
  static override summary = 'All stages: what they read, write and promise';
  static override description = 'Lists the stages in the order of the flow; with --json all that is known of them, for programs.';
  static override examples = [
    { description: 'a list', command: 'qf stages' },
    { description: 'the options of a stage', command: `qf stages --json | jq '.[] | select(.name == "bars1s").options'` },
  ];
  static override flags = { json: Flags.boolean({ summary: 'Print the catalogue as JSON' }) };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Stages);
    const catalogue = catalogueOf(STAGES);
    if (flags.json) this.log(JSON.stringify(catalogue, undefined, 2));
    else
      for (const { name, summary, consumes, produces } of catalogue)
        this.log(`${name.padEnd(12)} ${`${consumes.join(', ') || '-'} -> ${produces.join(', ')}`.padEnd(28)} ${summary}`);
  }
}
