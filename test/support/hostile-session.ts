import { temporaryFolder } from './files.js';
import { type Certificate, type HostileServer, hostileServers, type Script } from './hostile-server.js';
import { plainVenue, trade } from './plain-venue.js';
import { type Ended, RunningQf, type RunOptions } from './running.js';

/** The trade that says that everything before it has been seen: it comes on a connection of its own. */
export const LAST = 100;

const sendLast: Script = async (peer) => (await peer.accept()).write(trade(LAST));

export interface SessionOptions extends RunOptions {
  /** Besides, or instead of, those that say where to connect to, and soon. */
  readonly args?: readonly string[];
  /** Changes to the description of the plain venue. */
  readonly venue?: object;
  readonly certificate?: Certificate;
  /** Path and query of the address. */
  readonly path?: string;
}

export interface Session {
  readonly qf: RunningQf;
  readonly server: HostileServer;
}

export interface HostileSessions {
  /** For files of the tests. */
  readonly folder: string;
  /** Starts qf against a server that does this to its clients, one after the other. */
  readonly start: (scripts: readonly Script[], options?: SessionOptions) => Promise<Session>;
  /** The same, with one more connection that brings the last trade, and then Ctrl-C. */
  readonly runToLast: (scripts: readonly Script[], options?: SessionOptions) => Promise<Ended>;
}

/** Sessions of qf against hostile servers, which end with the test. */
export function hostileSessions(): HostileSessions {
  const folder = temporaryFolder();
  const open = hostileServers();
  const start: HostileSessions['start'] = async (
    scripts,
    { args = [], venue = {}, certificate, path = '/feed', ...run } = {},
  ) => {
    const server = await open(scripts, certificate);
    const usual = {
      '--venue': 'map',
      '--map': plainVenue(folder, venue),
      '--url': `${certificate === undefined ? 'ws' : 'wss'}://127.0.0.1:${server.port}${path}`,
      '--backoff-min': '5ms',
      '--backoff-max': '20ms',
    };
    const unless = Object.entries(usual).filter(([flag]) => !args.includes(flag));
    return { qf: new RunningQf(['ingest', 'ws', ...unless.flat(), ...args], run), server };
  };
  return {
    folder,
    start,
    runToLast: async (scripts, options) => {
      const { qf } = await start([...scripts, sendLast], options);
      await qf.output(new RegExp(`"trade_id":"${LAST}"`));
      return qf.interrupt();
    },
  };
}
