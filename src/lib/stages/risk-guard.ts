import type { Outcome } from '../core/model/model.js';
import type { Order } from '../core/model/paper.js';
import { Budget } from '../core/paper/budget.js';
import type { RiskLimits } from '../core/paper/limits.js';
import { type Control, OrderDecoder } from '../engines/reference/order-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStage, type SavedStep } from '../engines/reference/record-processor.js';
import { RecordTask } from '../engines/reference/record-task.js';
import { paperConfig } from '../formats/paper-config.js';
import type { GaugeValues, LabelledValue } from '../runtime/metrics.js';
import { defineTransform, type StageContext } from '../runtime/stage.js';
import { OrderOut, REFUSED_ORDERS, REFUSED_PARTITIONS } from './order-out.js';

const ALLOWED = 'orders.allowed';

const options = { config: paperConfig('risk.yaml', 'The limits') };

class GuardStep implements SavedStep<Order | Control> {
  private readonly budget: Budget;

  constructor(out: RecordOut, limits: RiskLimits) {
    this.budget = new Budget(limits, new OrderOut(out, ALLOWED, 'budget'));
  }

  take(record: Order | Control): Outcome | 'held' {
    if ('control' in record) return 'ignored';
    this.budget.take(record);
    return 'held';
  }

  end(): void {
    this.budget.end();
  }

  gauges(): GaugeValues {
    const usage = this.budget.usage();
    const by = (what: 'used' | 'cap'): LabelledValue[] =>
      usage.map((one) => ({ label: { bucket: one.bucket }, value: one[what].toNumber() }));
    return { reserved_cash: by('used'), cap_cash: by('cap'), open_pairs: this.budget.openPairs };
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.budget.restore(parts);
  }

  changes(): Map<string, string | undefined> {
    return this.budget.changes();
  }
}

function stageOf(limits: RiskLimits, { isStrict }: StageContext): RecordStage<Order | Control, SavedStep<Order | Control>> {
  return {
    stage: 'risk-guard',
    decoder: new OrderDecoder(),
    step: (out) => new GuardStep(out, limits),
    streams: [ALLOWED],
    isStrict,
    onCapacity: 'orders without partners, or far too many of them',
  };
}

export const riskGuard = defineTransform({
  kind: 'transform',
  name: 'risk guard',
  summary: 'Orders of pairs, as long as their bucket has cash',
  description:
    'A bucket may use total_cash · (1 − holdback_fraction) · split. An entry reserves Σ qty · px_ref / leverage, rounded to ' +
    '0.01, for both legs, or is refused; its exit releases exactly that. Each order that passes says in extra.budget by how ' +
    'much it changed what its bucket uses, and what that then is: the rows of the ledger.',
  examples: [
    { what: 'orders that may be sent', command: 'qf risk size < orders.ndjson | qf risk guard' },
    {
      what: 'the ledger',
      command:
        'qf risk guard < sized.ndjson | jq -c \'select(.extra.leg == "A") | [.client_order_id, .extra.budget.bucket, .extra.budget.delta, .extra.budget.used]\'',
    },
  ],
  consumes: ['order'],
  produces: ['order'],
  options,
  gauges: [
    { name: 'reserved_cash', help: 'Cash that open entries have reserved, by bucket', labels: ['bucket'] },
    { name: 'cap_cash', help: 'Cash that a bucket may use', labels: ['bucket'] },
    { name: 'open_pairs', help: 'Pairs that have cash reserved' },
  ],
  guarantees: [
    'What a bucket uses is the sum of its ledger, at least 0 and at most its cap, at all times, also after a restart.',
    'Both legs of a decision pass or none.',
    'Refused, in this order: no_pair, orphan_leg, nothing_open, already_open, no_notional, over_max_per_trade, over_bucket_cap. Such refusals do not stop --strict.',
    'Money is decimal and exact.',
    'An order counts once it is decided: in = used + late + duplicate + rejected + ignored.',
  ],
  why: 'Cash is shared by all strategies of an account; one ledger in the order of decisions is the only place that can keep it.',
  symptoms:
    'Refusals of over_bucket_cap mean that cash is used up, by positions that nobody has closed; qf paper pnl shows them. ' +
    'lag_records that grows delays every fill behind it.',
  alternatives: [
    {
      name: 'A balance in the database',
      whyNot: 'A replay would see the balance of today, and a stage would wait for the database.',
    },
  ],
  create: ({ config }, context) => new RecordProcessor(stageOf(config, context)),
  onLog: {
    input: 'orders.sized',
    joined: { topics: () => ['orders.sized'], partitions: REFUSED_PARTITIONS },
    outputs: () => [ALLOWED, REFUSED_ORDERS],
    fixed: ['config'],
    create: ({ config }, context, input) => new RecordTask(stageOf(config, context), input),
  },
});
