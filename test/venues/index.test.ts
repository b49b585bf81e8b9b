import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FileAccess } from '../../src/lib/runtime/stage.js';
import { openVenue, type VenueChoice, VENUES } from '../../src/lib/venues/index.js';
import { ROOT } from '../support/cli.js';
import { contextWith } from '../support/context.js';
import { readingOf } from '../support/venues.js';

const FOLDER = `${ROOT}configs/venues/`;

const MAP = JSON.stringify({
  summary: 's',
  url: 'wss://host/',
  trades: [{ when: { '/e': '*' }, at: '', symbol: '/s', event_ts: 'receive', ltp: '/p', vol: '/q' }],
});
const INSTRUMENTS = 'instrument_token,tradingsymbol,exchange\n408065,INFY,NSE\n128053508,INFY,BSE\n';

/** Files of these texts, and the project's own. */
function filesOf(texts: Readonly<Record<string, string>> = {}): FileAccess {
  return {
    ...contextWith().files,
    readText: (path) => Promise.resolve(texts[path] ?? readFileSync(path, 'utf8')),
  };
}

/** A choice with nothing but a venue. */
function choice(venue: VenueChoice['venue'], changes: Partial<VenueChoice> = {}): VenueChoice {
  return { venue, map: undefined, symbols: [], instruments: undefined, mode: 'full', engine: 'wasm', ...changes };
}

describe('the venues', () => {
  const described = VENUES.filter((name) => name !== 'kite' && name !== 'map');

  it('that are described have each a file, and there are no other files', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(described.map((name) => `${name}.yaml`).sort());
    expect(described.length).toBeGreaterThan(3);
  });

  it.each(described)('have a file for %s that is right, and say where to connect to and what to say', async (name) => {
    const venue = await openVenue(choice(name, { symbols: ['A', 'B'] }), filesOf());
    expect(venue.name).toBe(name);
    expect(new URL(venue.url).protocol).toBe('wss:');
    expect(venue.lacksSymbols).toBe(false);
    const said = venue.greeting.map((message) => JSON.stringify(JSON.parse(message))).join();
    for (const symbol of ['A', 'B']) expect(said.toUpperCase()).toContain(symbol);
    expect(said).not.toContain('{symbol');
    expect((await openVenue(choice(name), filesOf())).lacksSymbols).toBe(true);
  });

  it.each(described)('that are described have a line for editors in the file of %s, which names the schema', (name) => {
    const [first] = readFileSync(`${FOLDER}${name}.yaml`, 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=../../schemas/config/venue.schema.json');
  });
});

describe('a choice', () => {
  it('may be a venue that the user describes', async () => {
    const venue = await openVenue(choice('map', { map: 'v.json' }), filesOf({ 'v.json': MAP }));
    expect(readingOf(venue, '{"e":1,"s":"A","p":2,"q":3}')).toEqual([
      'received {"symbol":"A","event_ts":1700000001500000000,"ltp":2,"vol":3}',
    ]);
  });

  it('may be Kite with its instruments, in a mode', async () => {
    const files = filesOf({ 'i.csv': INSTRUMENTS });
    const all = await openVenue(choice('kite', { instruments: 'i.csv' }), files);
    expect(all.greeting).toEqual(['{"a":"subscribe","v":[408065,128053508]}', '{"a":"mode","v":["full",[408065,128053508]]}']);
    const one = await openVenue(choice('kite', { instruments: 'i.csv', symbols: ['BSE:INFY'], mode: 'ltp' }), files);
    expect(one.greeting).toEqual(['{"a":"subscribe","v":[128053508]}', '{"a":"mode","v":["ltp",[128053508]]}']);
  });

  it.each([
    ['a description without --venue map', choice('kraken', { map: 'v.json' }), '--venue map and --map PATH belong together'],
    ['--venue map without a description', choice('map'), '--venue map and --map PATH belong together'],
    ['instruments without Kite', choice('kraken', { instruments: 'i.csv' }), '--instruments is for --venue kite'],
    ['Kite without instruments', choice('kite'), '--venue kite needs --instruments PATH, the list that the broker publishes'],
    [
      'an instrument that is not listed',
      choice('kite', { instruments: 'i.csv', symbols: ['TCS'] }),
      '--symbols: no instrument "TCS" in the instruments file',
    ],
    ['a wrong description', choice('map', { map: 'bad.json' }), 'bad.json: line 1: the file lacks "summary"'],
  ])('is refused with %s', async (_, wrong, message) => {
    const files = filesOf({ 'v.json': MAP, 'i.csv': INSTRUMENTS, 'bad.json': MAP.replace('"summary":"s",', '') });
    await expect(openVenue(wrong, files)).rejects.toMatchObject({ code: 'usage', message });
  });

  it('is made anew each time: what it knows of the day does not go over to another', async () => {
    const cumulative = MAP.replace('"/q"', '{"cumulative":"/q"}');
    const volumeOf = async (): Promise<unknown> => {
      const venue = await openVenue(choice('map', { map: 'v.json' }), filesOf({ 'v.json': cumulative }));
      readingOf(venue, '{"e":1,"s":"A","p":2,"q":3}');
      return readingOf(venue, '{"e":1,"s":"A","p":2,"q":4}');
    };
    const expected = ['received {"symbol":"A","event_ts":1700000001500000000,"ltp":2,"vol":1}'];
    expect([await volumeOf(), await volumeOf()]).toEqual([expected, expected]);
  });
});
