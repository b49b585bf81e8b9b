import { fileURLToPath } from 'node:url';
import { QfError } from '../runtime/errors.js';
import type { FileAccess } from '../runtime/stage.js';
import { parseInstruments, select } from './instruments.js';
import { type KiteMode, KiteVenue, MAX_KITE_INSTRUMENTS } from './kite.js';
import { parseVenue } from './map-venue.js';
import type { Engine, Venue } from './venue.js';

/** Venues that are described by a file of their name in `configs/venues`. */
const MAPPED = ['binance', 'bybit', 'coinbase', 'kraken'] as const;

/** What `--venue` takes: a venue by name, or one that the user describes. */
export const VENUES = ['kite', ...MAPPED, 'map'] as const;
export type VenueName = (typeof VENUES)[number];

const FOLDER = fileURLToPath(new URL('../../../configs/venues/', import.meta.url));

export interface VenueChoice {
  readonly venue: VenueName;
  /** Path of the description, for `map`. */
  readonly map: string | undefined;
  readonly symbols: readonly string[];
  /** For `kite`. */
  readonly instruments: string | undefined;
  readonly mode: KiteMode;
  /** For those that are described by a file. */
  readonly engine: Engine;
}

/** Makes the chosen venue. Throws a usage error where something that it needs is missing or wrong. */
export async function openVenue(choice: VenueChoice, files: FileAccess): Promise<Venue> {
  const { venue, map, symbols, instruments, mode, engine } = choice;
  if ((venue === 'map') !== (map !== undefined)) throw new QfError('usage', '--venue map and --map PATH belong together');
  if (venue !== 'kite' && instruments !== undefined) throw new QfError('usage', '--instruments is for --venue kite');
  if (venue === 'kite') {
    if (instruments === undefined)
      throw new QfError('usage', '--venue kite needs --instruments PATH, the list that the broker publishes');
    const listed = parseInstruments(instruments, await files.readText(instruments));
    return new KiteVenue(select(listed, symbols, MAX_KITE_INSTRUMENTS), mode);
  }
  const path = map ?? `${FOLDER}${venue}.yaml`;
  return parseVenue(venue, path, await files.readText(path), symbols, engine);
}
