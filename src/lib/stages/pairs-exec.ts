import type { Outcome } from '../core/model/model.js';
import type { PairSignal } from '../core/model/paper.js';
import type { RiskLimits } from '../core/paper/limits.js';
import { PairExecutor } from '../core/paper/execution.js';
import type { PairSettings } from '../core/pairs/settings.js';
import { encodeOrder } from '../engines/reference/order-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStage, type SavedStep } from '../engines/reference/record-processor.js';
import { RecordTask } from '../engines/reference/record-task.js';
import { SignalDecoder } from '../engines/reference/signal-codec.js';
import { paperConfig } from '../formats/paper-config.js';
import { defineTransform, type StageContext } from '../runtime/stage.js';

const ORDERS = 'orders';

const options = {
  config: paperConfig('pairs.yaml', 'The pairs that may be traded, with their notional and leverage'),
  risk: paperConfig('risk.yaml', 'The limits; of them, max_entries_per_minute'),
};

class ExecStep implements SavedStep<PairSignal> {
  private readonly executor: PairExecutor;
  private readonly out: RecordOut;

  constructor(out: RecordOut, pairs: readonly PairSettings[], { max_entries_per_minute }: RiskLimits) {
    this.out = out;
    this.executor = new PairExecutor(pairs, max_entries_per_minute);
  }

  take(signal: PairSignal): Outcome {
    const orders = this.executor.take(signal);
    if (typeof orders === 'string') return { reason: orders, detail: '', isByRule: true };
    for (const order of orders) this.out.add(encodeOrder(order), ORDERS, order.symbol);
    return 'used';
  }

  end(): void {
    // Nothing waits.
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.executor.restore(parts);
  }

  changes(): Map<string, string | undefined> {
    return this.executor.changes();
  }
}

function stageOf(
  pairs: readonly PairSettings[],
  risk: RiskLimits,
  { isStrict }: StageContext,
): RecordStage<PairSignal, SavedStep<PairSignal>> {
  return {
    stage: 'pairs-exec',
    decoder: new SignalDecoder(),
    step: (out) => new ExecStep(out, pairs, risk),
    streams: [ORDERS],
    isStrict,
    onCapacity: 'trade fewer pairs',
  };
}

export const pairsExec = defineTransform({
  kind: 'transform',
  name: 'pairs exec',
  summary: 'Signals of pairs into orders, two each',
  description:
    'An entry becomes two orders at the market whose quantities stand in the hedge ratio: notional = base_notional · leverage, ' +
    'qA = ⌊notional / (pxA + beta · pxB)⌋, qB = ⌊beta · qA⌋. An exit becomes the opposite orders with the quantities of its ' +
    'entry. What cannot be traded is refused, with the reason in the rejects.',
  examples: [
    { what: 'orders of stored bars', command: 'qf pairs watch --from file:bars.ndjson | qf pairs exec --rejects refused.ndjson' },
    { what: 'with your own limits', command: 'qf pairs exec --config pairs.yaml --risk risk.yaml < signals.ndjson' },
  ],
  consumes: ['signal'],
  produces: ['order'],
  options,
  guarantees: [
    'Two orders for a signal, leg A first, or none.',
    'Ids follow from pair, leg, time and kind, so that a replay gives the same ones.',
    'Refused, in this order: not_whitelisted, already_open, no_price, nonpositive_beta, tiny_quantity, throttled; an exit: not_open. Such refusals do not stop --strict.',
    'An entry is open from when it passes here until its exit, also where a later stage refuses it.',
    'in = used + late + duplicate + rejected + ignored, always.',
  ],
  why: 'What a strategy wants and what is ordered are two questions: another strategy can use these orders, another broker these signals.',
  symptoms:
    'Refusals stand on dlq.pairs-exec with their reason; many of not_whitelisted mean that the configurations of watch and ' +
    'exec differ, many of throttled that signals come in bursts.',
  alternatives: [
    {
      name: 'Orders from the strategy itself',
      whyNot: 'Then the strategy would have to know quantities, and be tested with them.',
    },
  ],
  create: ({ config, risk }, context) => new RecordProcessor(stageOf(config, risk, context)),
  onLog: {
    input: 'pairs.signals',
    joined: { topics: () => ['pairs.signals'] },
    outputs: () => [ORDERS],
    fixed: ['config', 'risk'],
    create: ({ config, risk }, context, input) => new RecordTask(stageOf(config, risk, context), input),
  },
});
