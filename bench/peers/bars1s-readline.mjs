// 1 s bars as most people write them: readline, JSON.parse, a Map of bars. The grace is that of qf.
import { createInterface } from 'node:readline';

const GRACE_S = 2;
const seconds = new Map();
let newest = 0;

createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on('line', (line) => {
    const { symbol, event_ts, ltp, vol } = JSON.parse(line);
    const ts = Math.floor(event_ts / 1e9);
    if (ts > newest) {
      newest = ts;
      flush(ts - GRACE_S);
    }
    let bars = seconds.get(ts);
    if (bars === undefined) seconds.set(ts, (bars = new Map()));
    const bar = bars.get(symbol);
    if (bar === undefined) {
      bars.set(symbol, { o: ltp, h: ltp, l: ltp, c: ltp, vol, n_trades: 1, first: event_ts, last: event_ts });
      return;
    }
    if (event_ts < bar.first) [bar.o, bar.first] = [ltp, event_ts];
    if (event_ts >= bar.last) [bar.c, bar.last] = [ltp, event_ts];
    if (ltp > bar.h) bar.h = ltp;
    if (ltp < bar.l) bar.l = ltp;
    bar.vol += vol;
    bar.n_trades++;
  })
  .on('close', () => flush(Infinity));

function flush(before) {
  let text = '';
  for (const [ts, bars] of seconds) {
    if (ts >= before) continue;
    for (const [symbol, { o, h, l, c, vol, n_trades }] of bars) {
      text += `${JSON.stringify({ symbol, tf: '1s', ts, o, h, l, c, vol, n_trades })}\n`;
    }
    seconds.delete(ts);
  }
  if (text !== '') process.stdout.write(text);
}
