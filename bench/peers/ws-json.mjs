// Trades of Binance frames as most people write them: ws, JSON.parse, JSON.stringify.
import { WebSocket } from 'ws';

let text = '';
new WebSocket(process.argv[2], { perMessageDeflate: false })
  .on('message', (frame) => {
    const { data } = JSON.parse(frame);
    if (data.e !== 'trade') return;
    const tick = { symbol: data.s, event_ts: data.T * 1e6, ltp: Number(data.p), vol: Number(data.q), trade_id: String(data.t) };
    text += `${JSON.stringify({ ...tick, side: data.m ? 'sell' : 'buy' })}\n`;
    if (text.length >= 65_536) flush();
  })
  .on('close', flush);

function flush() {
  process.stdout.write(text);
  text = '';
}
