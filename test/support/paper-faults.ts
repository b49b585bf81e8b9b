import type { PairLeg } from '../../src/lib/core/model/paper.js';
import type { SignalRecord } from '../../src/lib/core/model/records.js';
import type { NewOrderRecord } from './paper-texts.js';
import type { Random } from '../../src/lib/core/sim/random.js';
import { linesIn } from './stages.js';

/** What goes wrong between two stages: NDJSON in, NDJSON out. */
export type Faults = (text: string, random: Random) => string;

/** Whether something happens that happens this often, in hundredths. */
function chanceOf(random: Random): (hundredths: number) => boolean {
  return (hundredths) => random.below(100) < hundredths;
}

function textOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Signals that come twice, are of a pair that nobody knows, or have no price. */
export const signalFaults: Faults = (text, random) => {
  const chance = chanceOf(random);
  const signals = linesIn(text).map((line) => JSON.parse(line) as SignalRecord);
  return textOf(
    signals.flatMap((signal) => {
      const changed = chance(4) ? { ...signal, pair_id: 'none' } : chance(4) ? { ...signal, pxA: 0 } : signal;
      return chance(5) ? [changed, changed] : [changed];
    }),
  );
};

/** Legs that are lost, swapped, late, repeated or limited, exits that are lost or have no entry, halts. */
export const orderFaults: Faults = (text, random) => {
  const chance = chanceOf(random);
  let late: NewOrderRecord[] = [];
  return textOf(
    decisionsIn(text).flatMap(([a, b]) => {
      let legs = [a, b].map((leg) => (chance(15) ? limited(leg, random) : leg));
      if (chance(4)) {
        late.push(...legs);
        return [];
      }
      if (a.extra.kind === 'EXIT' && chance(8)) return [];
      if (chance(5)) legs = legs.slice(0, 1);
      if (chance(8)) legs.reverse();
      if (chance(3)) legs.push({ ...b, client_order_id: `other:${b.client_order_id}` });
      if (chance(3)) legs.push({ ...a, client_order_id: `none:${a.client_order_id}`, extra: {} as PairLeg });
      if (chance(5)) legs.push(random.below(2) === 0 ? a : b);
      if (chance(4)) legs.push(...[a, b].map(asExit));
      const controls = [...(chance(4) ? [{ control: 'halt' }] : []), ...(chance(20) ? [{ control: 'resume' }] : [])];
      if (!chance(30)) return [...legs, ...controls];
      const released = late;
      late = [];
      return [...legs, ...controls, ...released];
    }),
  );
};

/** Legs that are lost, have no price or no pair, are far too large, and decisions that come twice. */
export const sizedFaults: Faults = (text, random) => {
  const chance = chanceOf(random);
  return textOf(
    decisionsIn(text).flatMap((legs) => {
      if (chance(4)) return [legs[random.below(2)] as NewOrderRecord];
      if (chance(4)) return legs.map((leg) => ({ ...leg, qty: leg.qty * 1000 }));
      if (chance(3)) return legs.map((leg) => ({ ...leg, extra: { ...leg.extra, px_ref: 0 } }));
      if (chance(3)) return legs.map((leg) => ({ ...leg, extra: {} }));
      return chance(4) ? [...legs, ...legs] : legs;
    }),
  );
};

/** The orders of a stage that writes two for each decision. */
function decisionsIn(text: string): [a: NewOrderRecord, b: NewOrderRecord][] {
  const orders = linesIn(text).map((line) => JSON.parse(line) as NewOrderRecord);
  return orders.flatMap((a, at) => (at % 2 === 0 ? [[a, orders[at + 1] as NewOrderRecord]] : []));
}

function limited(order: NewOrderRecord, random: Random): NewOrderRecord {
  const price = order.extra.px_ref * (0.998 + 0.001 * random.below(5));
  return { ...order, order_type: 'LMT', limit_price: Number(price.toFixed(2)) };
}

/** An exit that nobody has decided. */
function asExit(order: NewOrderRecord): NewOrderRecord {
  return { ...order, client_order_id: `exit:${order.client_order_id}`, extra: { ...order.extra, kind: 'EXIT' } };
}
