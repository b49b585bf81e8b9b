// What must hold.

/** `{ what, required, measured, holds }` of each; `holds` is undefined where the run says nothing of it. */
export function judge({ slow, bars1s, otherLoad, agg, startup, isFull }) {
  const rate = (result, id) => find(result.programs, id)?.rate?.median;
  const ratio = (result, id, base = 'readline') => find(result.programs, id)?.ratios?.[base]?.median;
  const share = (one, other, id) => (rate(one, id) && rate(other, id) ? rate(one, id) / rate(other, id) : undefined);
  const ms = (id) => find(startup, id).ms.median;
  const atLeast = (what, measured, least, show) => verdict(what, `≥ ${show(least)}`, measured, show, isFull, (m) => m >= least);
  const atMost = (what, measured, most) => verdict(what, `≤ ${millis(most)}`, measured, millis, isFull, (m) => m <= most);
  return [
    atLeast('`bars1s --engine reference` on one core, ticks/s', rate(slow, 'qf-one-core'), 0.5e6, millions),
    atLeast('`bars1s --engine reference` against readline + JSON.parse', ratio(slow, 'qf'), 1, times),
    atLeast('the same, each on one core', ratio(slow, 'qf-one-core'), 1, times),
    atLeast('`agg --engine reference`, bars/s', rate(agg, 'qf'), 0.3e6, millions),
    atLeast('`bars1s` on one core against the pipe itself', ratio(bars1s, 'wasm-one-core', 'pipe'), 0.5, times),
    atLeast('`bars1s` against DuckDB with two threads', ratio(bars1s, 'wasm', 'duckdb'), 3, times),
    atLeast('the same on the other load against the first', share(otherLoad, bars1s, 'wasm-one-core'), 0.5, times),
    atLeast('`agg` on one core, bars/s', rate(agg, 'wasm-one-core'), 5e6, millions),
    atMost('`qf --version`', ms('version'), 200),
    atMost("a stage's first output", ms('first-output'), 400),
  ];
}

/** The same of a run on Kafka. */
export function judgeKafka({ slow, fast, isFull }) {
  const ratio = (id, base) => find(slow.programs, id)?.ratios?.[base]?.median;
  const qf = find(fast.programs, 'wasm');
  const cpu_s = qf?.cpu_s && (qf.cpu_s.median / fast.records) * 1e6;
  const least = (what, measured, bound) => verdict(what, `≥ ${times(bound)}`, measured, times, isFull, (m) => m >= bound);
  const most = (what, measured, bound, show) => verdict(what, `≤ ${show(bound)}`, measured, show, isFull, (m) => m <= bound);
  return [
    least('`bars1s --engine reference` against kafkajs + JSON.parse + transactions', ratio('qf', 'plain'), 1),
    least('`bars1s` against the same', ratio('wasm', 'plain'), 10),
    least('`bars1s` against Kafka Streams', ratio('wasm', 'streams'), 10),
    least('`bars1s` against Go', qf?.ratios?.go?.median, 1),
    least('the same, lower end of the 95 % interval', qf?.ratios?.go?.interval.low, 1),
    most('CPU of `bars1s`, start included, for a million ticks', cpu_s, 0.4, seconds),
    most('peak memory of `bars1s`', qf?.peak_mb?.median, 220, megabytes),
  ];
}

/** The same of what goes into Kafka and out of it. */
export function judgeTransfer({ fill, store, isFull }) {
  const rate = find(fill.programs, 'wasm')?.rate?.median;
  const ratio = (id) => find(store.programs, id)?.ratios?.copy?.median;
  const least = (what, measured, bound, show) => verdict(what, `≥ ${show(bound)}`, measured, show, isFull, (m) => m >= bound);
  return [
    least('`ingest sim` to a topic, start included, ticks/s', rate, 1.5e6, millions),
    least('`sink pg` of new bars against a bare COPY', ratio('qf'), 0.7, times),
    least('`sink pg` of the same bars again against a bare COPY of new ones', ratio('again'), 0.3, times),
  ];
}

function verdict(what, required, measured, show, isJudged, test) {
  if (measured === undefined) return { what, required, measured: 'not measured', holds: undefined };
  return { what, required, measured: show(measured), holds: isJudged ? test(measured) : undefined };
}

function find(items, id) {
  return items.find((item) => item.id === id);
}

const millions = (n) => `${(n / 1e6).toFixed(2)} M`;
const times = (n) => `${n.toFixed(2)} ×`;
const seconds = (n) => `${n.toFixed(2)} s`;
const megabytes = (n) => `${n.toFixed(0)} MB`;
const millis = (n) => `${n.toFixed(0)} ms`;
