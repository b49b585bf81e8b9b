import type { Bar, Mark, Outcome, Refusal, Tick } from '../core/model/model.js';
import { BarDecoder } from '../engines/reference/bar-codec.js';
import type { Decoder } from '../engines/reference/codec.js';
import { kindOf } from '../engines/reference/kind.js';
import { LineProcessor } from '../engines/reference/line-processor.js';
import type { LinePlace, Refused } from '../engines/reference/reject.js';
import { TickDecoder } from '../engines/reference/tick-codec.js';
import { QfError } from '../runtime/errors.js';
import { choice, integer, type OptionValues, toggle } from '../runtime/options.js';
import { defineTransform } from '../runtime/stage.js';

const options = {
  as: choice({
    summary: 'What the records should be; auto: bars where the first object has a tf or a mark, else ticks',
    choices: ['auto', 'tick', 'bar'],
    default: 'auto',
  }),
  first: integer({ summary: 'How many errors to show', min: 0, max: 10_000, default: '10' }),
  json: toggle('Print the result as one line of JSON'),
};

type CheckOptions = OptionValues<typeof options>;

interface Finding extends Refusal {
  readonly line: number;
}

/** Judges lines with the decoders of the stages, and reports at the end. */
class CheckProcessor extends LineProcessor {
  private readonly findings: Finding[] = [];
  private readonly given: CheckOptions;
  private kind: 'tick' | 'bar' | undefined;
  private decoder: Decoder<Tick | Bar | Mark> | undefined;

  constructor(given: CheckOptions, isStrict: boolean) {
    super('check', isStrict);
    this.given = given;
    this.kind = given.as === 'auto' ? undefined : given.as;
  }

  override end(): void {
    super.end();
    this.output.out.add(this.given.json ? this.json() : this.text());
    const { rejected } = this.counts;
    if (rejected > 0) throw new QfError('bad_data', `${rejected} of ${this.counts.in} records are not valid`);
  }

  protected judge(bytes: Buffer, start: number, end: number): Outcome {
    this.kind ??= kindOf(bytes, start, end);
    // Until an object has come, a line is refused for what it is, by either decoder.
    if (this.kind !== undefined) this.decoder ??= this.kind === 'bar' ? new BarDecoder() : new TickDecoder();
    return (this.decoder ?? new TickDecoder()).decode(bytes, start, end) ?? 'used';
  }

  protected override refuse(refusal: Refusal, refused: Refused<LinePlace>): void {
    if (this.findings.length < this.given.first) this.findings.push({ ...refusal, line: refused.place.line });
    super.refuse(refusal, refused);
  }

  private json(): string {
    const { used: valid, rejected: invalid, rejectedBy } = this.counts;
    return `${JSON.stringify({ kind: this.kind ?? null, valid, invalid, reasons: Object.fromEntries(rejectedBy), first: this.findings })}\n`;
  }

  private text(): string {
    const { used, rejected, rejectedBy } = this.counts;
    const reasons = [...rejectedBy].map(([reason, count]) => `  ${reason}: ${count}`);
    const findings = this.findings.map(
      ({ line, reason, detail }) => `  line ${line}: ${reason}${detail === '' ? '' : ` (${detail})`}`,
    );
    const first = findings.length === 0 ? [] : [findings.length < rejected ? `first ${findings.length}:` : 'all:', ...findings];
    return `${[`${this.kind ?? 'record'}s: ${used} valid, ${rejected} invalid`, ...reasons, ...first].join('\n')}\n`;
  }
}

export const check = defineTransform({
  kind: 'view',
  name: 'check',
  summary: 'Says whether NDJSON keeps the contract',
  description:
    'Reads ticks or bars, checks each record as the stages do, and prints how many are valid, how many are not and why, and ' +
    'the first errors. Marks between bars are valid.',
  examples: [
    { what: 'a file from elsewhere', command: 'qf check --as tick --from file:ticks.ndjson' },
    { what: 'for a script', command: 'my_builder < ticks.ndjson | qf check --as bar --json' },
  ],
  consumes: ['tick', 'bar', 'mark'],
  produces: ['text'],
  options,
  guarantees: [
    'Exit code 65 where any record is not valid.',
    'The verdict on a record is that of every stage that would read it.',
  ],
  why: 'Whoever writes a feed or a stage in another language wants to know what is wrong with it before qf refuses it record by record.',
  symptoms: 'It ends with 65 and names the first records that are wrong.',
  alternatives: [
    {
      name: 'A JSON Schema validator with schemas/*.schema.json',
      whyNot: 'It reads numbers as doubles, so it cannot see the digits that the contract limits.',
    },
  ],
  create: (given, { isStrict }) => new CheckProcessor(given, isStrict),
});
