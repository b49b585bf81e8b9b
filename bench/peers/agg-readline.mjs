// Coarser bars as most people write them: readline, JSON.parse, a Map of bars for each timeframe.
import { createInterface } from 'node:readline';

const targets = Object.entries({ '3m': 180, '5m': 300, '15m': 900 }).map(([tf, length]) => ({ tf, length, open: new Map() }));
let newest = 0;

createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on('line', (line) => {
    const { symbol, ts, o, h, l, c, vol, n_trades } = JSON.parse(line);
    if (ts > newest) {
      newest = ts;
      for (const target of targets) flush(target, ts);
    }
    for (const { length, open } of targets) {
      const start = ts - (ts % length);
      let bars = open.get(start);
      if (bars === undefined) open.set(start, (bars = new Map()));
      const bar = bars.get(symbol);
      if (bar === undefined) {
        bars.set(symbol, { o, h, l, c, vol, n_trades });
        continue;
      }
      if (h > bar.h) bar.h = h;
      if (l < bar.l) bar.l = l;
      bar.c = c;
      bar.vol += vol;
      bar.n_trades += n_trades;
    }
  })
  .on('close', () => {
    for (const target of targets) flush(target, Infinity);
  });

function flush({ tf, length, open }, now) {
  let text = '';
  for (const [ts, bars] of open) {
    if (ts + length > now) continue;
    for (const [symbol, { o, h, l, c, vol, n_trades }] of bars) {
      text += `${JSON.stringify({ symbol, tf, ts, o, h, l, c, vol, n_trades })}\n`;
    }
    open.delete(ts);
  }
  if (text !== '') process.stdout.write(text);
}
