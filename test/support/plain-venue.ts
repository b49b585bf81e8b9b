import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { frame, type FrameForm } from './websocket-frames.js';

/** A venue with every kind of message, in JSON, which is YAML as well. */
const PLAIN = {
  summary: 'a venue of the tests',
  url: 'ws://127.0.0.1:1/',
  trades: [
    {
      when: { '/e': 'trade' },
      at: '',
      symbol: '/s',
      event_ts: { at: '/T', unit: 'ms' },
      ltp: '/p',
      vol: '/q',
      trade_id: '/t',
      consecutive_ids: true,
    },
    {
      name: 'batch',
      when: { '/e': 'batch' },
      at: '/d',
      symbol: '/s',
      event_ts: { at: '/T', unit: 'ms' },
      ltp: '/p',
      vol: '/q',
    },
  ],
  ignore: [{ '/e': 'heartbeat' }],
  errors: [{ when: { '/e': 'error' }, text: '/m' }],
};

let venues = 0;

/** Writes the description of the plain venue to a file and returns its path; `changes` come instead of its fields. */
export function plainVenue(folder: string, changes: object = {}): string {
  const path = join(folder, `venue-${venues++}.yaml`);
  writeFileSync(path, JSON.stringify({ ...PLAIN, ...changes }));
  return path;
}

/** Time of the first trade, ms. */
const START_MS = 1_700_000_000_000;

/** A trade of the plain venue as JSON; its time, price and size follow from its id. */
export function tradeText(id: number, changes: object = {}): string {
  return JSON.stringify({ e: 'trade', s: 'X', T: START_MS + id, p: `${100 + id}.5`, q: '2', t: id, ...changes });
}

/** Its frame. */
export function trade(id: number, form: FrameForm = {}): Buffer {
  return frame(tradeText(id), form);
}

/** The line that qf makes of it. */
export function tickLine(id: number): string {
  return `{"symbol":"X","event_ts":${START_MS + id}000000,"ltp":${100 + id}.5,"vol":2,"trade_id":"${id}"}\n`;
}
