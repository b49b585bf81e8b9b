import { decimalText, ZERO } from '../core/money.js';
import { type Position, Positions } from '../core/paper/positions.js';
import type { Outcome } from '../core/model/model.js';
import { FillDecoder } from '../engines/reference/fill-codec.js';
import { LineProcessor } from '../engines/reference/line-processor.js';
import { capacityFault } from '../engines/reference/record-processor.js';
import { tableOf } from '../formats/layout.js';
import { choice, type OptionValues } from '../runtime/options.js';
import { defineTransform } from '../runtime/stage.js';

const options = {
  as: choice({ summary: 'How to print it', choices: ['table', 'ndjson'], default: 'table' }),
};

/** A column: how it is printed, and whether it adds up over symbols. */
const COLUMNS = ['symbol', 'fills', 'bought', 'sold', 'position', 'cost', 'realised', 'fees', 'cash'] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

class PnlProcessor extends LineProcessor {
  private readonly decoder = new FillDecoder();
  private readonly positions = new Positions();
  private readonly shape: OptionValues<typeof options>['as'];

  constructor({ as }: OptionValues<typeof options>, isStrict: boolean) {
    super('paper-pnl', isStrict);
    this.shape = as;
  }

  override end(): void {
    super.end();
    const positions = this.positions.sorted();
    const rows = positions.map(rowOf);
    if (this.shape === 'table') this.output.out.add(tableOf(COLUMNS, [...rows, totalOf(positions)].map(cellsOf), ['symbol']));
    else for (const row of rows) this.output.out.add(lineOf(row));
  }

  protected judge(bytes: Buffer, start: number, end: number): Outcome {
    const refusal = this.decoder.decode(bytes, start, end);
    if (refusal !== undefined) return refusal;
    try {
      this.positions.take(this.decoder.record);
    } catch (error) {
      throw capacityFault(error, 'add the fills up by symbol');
    }
    return 'used';
  }
}

function rowOf({ symbol, fills, bought, sold, qty, cost, realised, fees, cash }: Position): Row {
  const [money, counts] = [
    { cost, realised, fees, cash },
    { fills, bought, sold, position: qty },
  ];
  const texts = Object.entries(money).map(([name, amount]) => [name, decimalText(amount)]);
  return {
    symbol,
    ...Object.fromEntries([...Object.entries(counts).map(([name, count]) => [name, String(count)]), ...texts]),
  } as Row;
}

/** Units of different symbols do not add up, money does. */
function totalOf(positions: readonly Position[]): Row {
  const sum = (of: 'cost' | 'realised' | 'fees' | 'cash'): string =>
    decimalText(positions.reduce((total, position) => total.plus(position[of]), ZERO));
  const fills = String(positions.reduce((total, position) => total + position.fills, 0));
  const money = { cost: sum('cost'), realised: sum('realised'), fees: sum('fees'), cash: sum('cash') };
  return { symbol: 'all', fills, bought: '', sold: '', position: '', ...money };
}

function cellsOf(row: Row): string[] {
  return COLUMNS.map((name) => row[name]);
}

function lineOf({ symbol, ...numbers }: Row): string {
  const members = Object.entries(numbers).map(([name, text]) => `"${name}":${text}`);
  return `{"symbol":"${symbol}",${members.join(',')}}\n`;
}

export const paperPnl = defineTransform({
  kind: 'view',
  name: 'paper pnl',
  summary: 'Positions, cash and profit of fills',
  description:
    'Adds fills up, for each symbol: units bought and sold, the open position and what it cost, the profit of what was closed ' +
    '(first in, first out, before fees), fees, and cash: what came in minus what went out. cash = realised − fees − cost.',
  examples: [
    { what: 'of a file', command: 'qf paper pnl --from file:fills.ndjson' },
    { what: 'for a program', command: 'qf paper match < allowed.ndjson | qf paper pnl --as ndjson' },
  ],
  consumes: ['fill'],
  produces: ['text'],
  options,
  guarantees: ['Sums are exact decimals.', 'Prints once, at the end of input.'],
  why: 'What a run has earned is a fold over its fills: nothing else has to be kept, and anybody can check it.',
  symptoms:
    'It ends with 65 where --strict meets a line that is no fill; without it such lines stand on --rejects with their reason.',
  alternatives: [
    {
      name: 'The gauges of paper match',
      whyNot: 'They are the same sums, of what runs now and over all symbols; this is of any fills, for each symbol.',
    },
  ],
  create: (given, { isStrict }) => new PnlProcessor(given, isStrict),
});
