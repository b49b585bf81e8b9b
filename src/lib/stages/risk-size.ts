import type { Outcome } from '../core/model/model.js';
import type { Order } from '../core/model/paper.js';
import type { RiskLimits } from '../core/paper/limits.js';
import { Sizer } from '../core/paper/sizing.js';
import { type Control, OrderDecoder } from '../engines/reference/order-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStage, type SavedStep } from '../engines/reference/record-processor.js';
import { RecordTask } from '../engines/reference/record-task.js';
import { paperConfig } from '../formats/paper-config.js';
import { defineTransform, type StageContext } from '../runtime/stage.js';
import { OrderOut, REFUSED_ORDERS, REFUSED_PARTITIONS } from './order-out.js';

const SIZED = 'orders.sized';

const options = { config: paperConfig('risk.yaml', 'The limits') };

class SizeStep implements SavedStep<Order | Control> {
  private readonly sizer: Sizer;

  constructor(out: RecordOut, limits: RiskLimits) {
    this.sizer = new Sizer(limits, new OrderOut(out, SIZED, 'risk'));
  }

  take(record: Order | Control): Outcome | 'held' {
    if ('control' in record) {
      this.sizer.control(record.control);
      return 'used';
    }
    this.sizer.take(record);
    return 'held';
  }

  end(): void {
    this.sizer.end();
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.sizer.restore(parts);
  }

  changes(): Map<string, string | undefined> {
    return this.sizer.changes();
  }
}

function stageOf(limits: RiskLimits, { isStrict }: StageContext): RecordStage<Order | Control, SavedStep<Order | Control>> {
  return {
    stage: 'risk-size',
    decoder: new OrderDecoder(),
    step: (out) => new SizeStep(out, limits),
    streams: [SIZED],
    isStrict,
    onCapacity: 'orders without partners, or far too many of them',
  };
}

export const riskSize = defineTransform({
  kind: 'transform',
  name: 'risk size',
  summary: 'Orders of pairs, made as large as the limits allow',
  description:
    'The two legs of an entry are sized together, by one factor f ≤ 1, so that the hedge ratio survives: by max_per_trade of ' +
    'the bucket and per_symbol_max_qty. An exit is sized to what was approved for its entry. The commands of qf risk halt and ' +
    'qf risk resume stand between the orders: from their place on, no entry passes, or they pass again.',
  examples: [
    { what: 'between orders and budget', command: 'qf pairs exec < signals.ndjson | qf risk size | qf risk guard' },
    { what: 'see what is refused', command: 'qf risk size --rejects refused.ndjson < orders.ndjson' },
  ],
  consumes: ['order', 'control'],
  produces: ['order'],
  options,
  guarantees: [
    'Both legs of a decision pass or none; leg A is written first, at the place of the later one.',
    'Refused, in this order: no_pair, duplicate, stale, orphan_leg, nothing_open, halted, already_open, max_open_pairs, min_quantity. Such refusals do not stop --strict.',
    'Exits pass while halted.',
    'An order counts once it is decided: in = used + late + duplicate + rejected + ignored.',
  ],
  why: 'Limits in one place, behind every strategy, that no strategy can forget.',
  symptoms:
    'Refusals by reason on orders.rejected; halted means that somebody has run qf risk halt, stale that orders wait too ' +
    'long before this stage: look at lag_records here and before.',
  alternatives: [
    { name: 'Sizing each leg by itself', whyNot: 'A limit that hits one leg would leave a position that is not hedged.' },
  ],
  create: ({ config }, context) => new RecordProcessor(stageOf(config, context)),
  onLog: {
    input: 'orders',
    joined: { topics: () => ['orders'], partitions: REFUSED_PARTITIONS },
    outputs: () => [SIZED, REFUSED_ORDERS],
    fixed: ['config'],
    create: ({ config }, context, input) => new RecordTask(stageOf(config, context), input),
  },
});
