import { TickWriter } from '../engines/reference/tick-writer.js';
import { QfError } from '../runtime/errors.js';
import { choice, duration, integer, type OptionValues, path, text } from '../runtime/options.js';
import { parsePace } from '../runtime/pace.js';
import { defineSource, type StageContext } from '../runtime/stage.js';
import { Credentials } from '../venues/credentials.js';
import { FeedSource } from '../venues/feed-source.js';
import { openVenue, VENUES } from '../venues/index.js';
import { KITE_MODES } from '../venues/kite.js';
import { Recorder } from '../venues/recorder.js';
import { Replay } from '../venues/replay.js';
import type { Venue } from '../venues/venue.js';
import { engine } from './engine.js';

const NS_PER_MS = 1e6;

const options = {
  venue: choice({ summary: 'Whose frames they are; map: described by --map', choices: VENUES }),
  map: path({ summary: 'Description of a venue, YAML or JSON; see docs/venues.md', file: 'read' }),
  symbols: text({
    summary: 'What to subscribe to, as the venue writes it',
    valueName: 'symbol,…',
    parse: (given) => given.split(',').filter((symbol) => symbol !== ''),
  }),
  url: text({ summary: "Address to connect to, instead of the venue's", valueName: 'url', parse: parseUrl }),
  credentials: path({
    summary: 'File of NAME=value lines with secrets; those that it lacks come from the environment',
    file: 'read',
  }),
  instruments: path({ summary: "kite: the broker's list of instruments, CSV; without --symbols all of it", file: 'read' }),
  mode: choice({
    summary: 'kite: what packets hold; only full has the time of the exchange',
    choices: KITE_MODES,
    default: 'full',
  }),
  record: path({ summary: 'Also write every frame, as it came, to this file', file: 'write' }),
  replay: path({ summary: 'Serve a recorded session on this machine and read from there; - for standard input', file: 'read' }),
  pace: text({
    summary: 'With --replay: realtime, max, or a factor such as x10',
    valueName: 'pace',
    parse: parsePace,
    default: 'max',
  }),
  queue: integer({ summary: 'Ticks that may wait between the socket and the output', min: 1, max: 10_000_000, default: '65536' }),
  'on-full': choice({
    summary: 'When they are more: pause reading from the socket, or shed what comes, which is counted',
    choices: ['pause', 'shed'],
    default: 'pause',
  }),
  stale: duration({ summary: 'Connect again when no sign of life has come for this long', default: '30s' }),
  'backoff-min': duration({
    summary: 'Delay before the first new attempt; it doubles with each, and half is left to chance',
    default: '500ms',
  }),
  'backoff-max': duration({ summary: 'Longest delay', default: '30s' }),
  'give-up': duration({
    summary: 'End with code 69 when no attempt has led to a frame for this long; a connection that is alive is kept',
    default: '10m',
  }),
  engine,
};

type WsOptions = OptionValues<typeof options>;

function parseUrl(given: string): string {
  if (!/^wss?:\/\/./.test(given)) throw new Error('an address begins with wss:// or ws://');
  return given;
}

async function venueOf(
  { venue, map, symbols = [], instruments, mode, engine }: WsOptions,
  { files }: StageContext,
): Promise<Venue> {
  if (venue === undefined) throw new QfError('usage', `--venue is missing: one of ${VENUES.join(', ')}`);
  return openVenue({ venue, map, symbols, instruments, mode, engine }, files);
}

/** Where to connect to and what to say there, with the secrets filled in; `shown` where the path of the address holds one. */
async function approach(
  { url: given, credentials: file }: WsOptions,
  venue: Venue,
  { files, env }: StageContext,
): Promise<{ url: URL; shown?: URL; headers: Record<string, string>; greeting: string[] }> {
  // With --url the address itself may say what is wanted.
  if (venue.lacksSymbols && given === undefined) {
    throw new QfError('usage', `--symbols is missing: what to subscribe to at ${venue.name}`);
  }
  const credentials = new Credentials(file === undefined ? undefined : await files.readText(file), env);
  const address = given ?? venue.url;
  const url = urlOf(credentials.fill(address, encodeURIComponent));
  const headers = Object.fromEntries(Object.entries(venue.headers).map(([name, value]) => [name, credentials.fill(value)]));
  const greeting = venue.greeting.map((message) => credentials.fill(message, (secret) => JSON.stringify(secret).slice(1, -1)));
  if (credentials.areUsed && url.protocol === 'ws:' && !isLoopback(url.hostname)) {
    throw new QfError('usage', `${url.host}: credentials are not sent over ws://, which anybody can read: use wss://`);
  }
  return { url, headers, greeting, ...(/^[^?#]*\$\{/.test(address) ? { shown: new URL(url.origin) } : {}) };
}

/** The text may hold a secret, so the message does not show it. */
function urlOf(given: string): URL {
  try {
    return new URL(given);
  } catch (error) {
    throw new QfError('usage', 'the address of the websocket is not a URL', { cause: error });
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** A session that is replayed has nothing to be told, and may be silent for as long as it was. */
function replayOf(replayed: string, { url, pace }: WsOptions, context: StageContext): Replay {
  if (url !== undefined) throw new QfError('usage', '--url and --replay exclude each other');
  return new Replay(replayed, pace, context);
}

export const ingestWs = defineSource({
  kind: 'source',
  name: 'ingest ws',
  summary: "Ticks from a venue's websocket, live or recorded",
  description:
    'Connects to a venue, subscribes, and writes the trades that come as ticks. A connection that ends or falls silent is made ' +
    'again, with growing delays. Time is that of the exchange; a frame without it gives its ticks the time of its arrival, and the ' +
    'summary counts them. Every frame is used, ignored by a rule, or rejected with a reason; the summary says how many, and which ' +
    'trades are missing where the venue numbers them. A new venue is one file: see docs/venues.md.',
  examples: [
    { what: 'live bars of two symbols', command: 'qf ingest ws --venue binance --symbols BTCUSDT,ETHUSDT | qf bars1s --live' },
    { what: 'record a session', command: 'qf ingest ws --venue kraken --symbols BTC/USD --record session.ws > ticks.ndjson' },
    { what: 'replay one through a real websocket', command: 'qf ingest ws --venue kraken --replay session.ws | qf bars1s' },
    {
      what: 'a broker that needs credentials, which are in the environment',
      command: 'qf ingest ws --venue kite --instruments instruments.csv --symbols INFY,NSE:RELIANCE',
    },
  ],
  consumes: [],
  produces: ['tick'],
  options,
  guarantees: [
    'Ticks come in the order in which the venue sent them, each with the digits that it sent.',
    'frames in = used + ignored + rejected; ticks in = used + ignored + rejected + shed.',
    'What is sent on a connection until its end is written; with consecutive trade ids what was missed in between is named.',
    'A slow reader makes the socket wait, and nothing is dropped unless --on-full shed asks for it.',
    'Trades that a venue repeats when a connection opens are dropped by the rule in its description, and counted as ignored.',
  ],
  why:
    'Venues differ in names, units and nesting, hardly in anything else, so a description in a file serves for all whose frames are ' +
    'JSON. A tick that was dropped without a word makes every bar behind it wrong, so everything is counted.',
  symptoms:
    'connections_total that keeps growing is a venue that drops the connection; gaps_total and missed_trades_total are ' +
    'trades that never came; queue_depth of socket at its capacity and pauses_total mean that what stands behind is too ' +
    'slow. frames_rejected_total is a venue that has changed its format.',
  alternatives: [
    {
      name: 'A client library for each venue',
      whyNot: 'Each has its own way to drop, reconnect and round; a dependency for each venue, and none says what it lost.',
    },
    { name: 'Polling REST', whyNot: 'It is late, and limited to what the venue keeps.' },
  ],
  async create(given, context) {
    const venue = await venueOf(given, context);
    const { replay: replayed, 'backoff-min': min_ns, 'backoff-max': max_ns } = given;
    if (min_ns === 0 || max_ns < min_ns) throw new QfError('usage', '--backoff-min must be above 0 and at most --backoff-max');
    if (given.stale === 0) throw new QfError('usage', '--stale must be above 0');
    const { url: live, ...manner } =
      replayed === undefined ? await approach(given, venue, context) : { url: undefined, headers: {}, greeting: [] };
    // Before a file to record to is emptied.
    if (replayed !== undefined) await context.files.check(replayed);
    const processor = new TickWriter('ingest-ws', context.isStrict);
    const source = new FeedSource(
      {
        venue,
        from: live ?? replayOf(String(replayed), given, context),
        ...manner,
        heartbeat: replayed === undefined ? venue.heartbeat : undefined,
        recorder: given.record === undefined ? undefined : new Recorder(await context.files.create(given.record)),
        queueTicks: given.queue,
        onFull: given['on-full'],
        stale_ms: replayed === undefined ? given.stale / NS_PER_MS : Infinity,
        backoff: { min_ms: min_ns / NS_PER_MS, max_ms: max_ns / NS_PER_MS },
        giveUp_ms: given['give-up'] / NS_PER_MS,
      },
      { websockets: await context.websockets(), clock: context.clock, random: context.random, log: context.log },
      processor.counts,
    );
    return { source, processor };
  },
});
