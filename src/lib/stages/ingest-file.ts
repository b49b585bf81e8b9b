import type { Tick } from '../core/model/model.js';
import { compareSymbols } from '../core/model/model.js';
import { IGNORED, RefusedItem, type SourceItem, TickWriter } from '../engines/reference/tick-writer.js';
import { parseColumnMap, type Preset, PRESETS } from '../formats/column-map.js';
import { FileReader, type FileSettings } from '../formats/file-reader.js';
import { type Instant, parseTime, UTC } from '../formats/time-text.js';
import { TimeZone } from '../formats/time-zone.js';
import { QfError } from '../runtime/errors.js';
import { merge } from '../runtime/merge.js';
import { type OptionValues, text } from '../runtime/options.js';
import { Pacer, parsePace } from '../runtime/pace.js';
import { defineSource, type FileAccess, type StageContext } from '../runtime/stage.js';
import type { Source } from '../runtime/transport.js';

const BATCH_ITEMS = 2048;

/** Files that are open at the same time. */
const MAX_FILES = 1000;

const options = {
  preset: text({
    summary: `Shape of the files: ${Object.entries(PRESETS)
      .map(([name, { summary }]) => `${name} (${summary})`)
      .join('; ')} [default: by the columns]`,
    valueName: Object.keys(PRESETS).join('|'),
    parse: presetNamed,
  }),
  map: text({
    summary:
      'Which column is which: field=column,… with the fields event_ts, symbol, ltp, vol, trade_id, side; event_ts=…:s|ms|us|ns|iso, ' +
      "vol=…:cum for the day's volume so far, column? where it may be missing, field==text for a constant, symbol=@file for the file's name",
    valueName: 'map',
    parse: parseColumnMap,
  }),
  columns: text({
    summary: 'Names of the columns of CSV files that have no header line',
    valueName: 'name,…',
    parse: (given) => given.split(','),
  }),
  tz: text({
    summary: 'Time zone of times without an offset [default: that of the preset, else UTC]',
    valueName: 'zone',
    parse: (given) => new TimeZone(given),
  }),
  'from-time': text({ summary: 'Ignore what is earlier: ISO 8601, in --tz where it has no offset', valueName: 'time' }),
  'to-time': text({ summary: 'Ignore what is at this time or later', valueName: 'time' }),
  pace: text({ summary: 'realtime, max, or a factor such as x10', valueName: 'pace', parse: parsePace, default: 'max' }),
};

type FileOptions = OptionValues<typeof options>;

function presetNamed(name: string): Preset {
  const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  if (preset === undefined) throw new Error(`"${name}" is none of ${Object.keys(PRESETS).join(', ')}`);
  return preset;
}

function settingsOf({ preset, map, columns, tz, 'from-time': from, 'to-time': to }: FileOptions): FileSettings {
  if (preset !== undefined && map !== undefined) throw new QfError('usage', '--preset and --map exclude each other');
  const zone = tz ?? (preset === undefined ? undefined : new TimeZone(preset.zone));
  const bound = (flag: string, given: string | undefined): Instant | undefined => {
    if (given === undefined) return undefined;
    const time = parseTime(given, 'iso', zone ?? UTC);
    if (time === undefined) throw new QfError('usage', `${flag} "${given}" is not a time such as 2021-04-08T09:15:00Z`);
    return time;
  };
  return { preset, map, zone, columns, from: bound('--from-time', from), to: bound('--to-time', to) };
}

/** Trades of several files, merged by time, then symbol, then the order of the files. */
class FilesSource implements Source<readonly SourceItem[]> {
  private readonly paths: readonly string[];
  private readonly settings: FileSettings;
  private readonly files: FileAccess;
  private readonly pacer: Pacer;

  constructor(given: FileOptions, { args, files, clock }: StageContext) {
    if (args.length > MAX_FILES) throw new QfError('usage', `at most ${MAX_FILES} files at a time, not ${args.length}`);
    this.paths = args;
    this.settings = settingsOf(given);
    this.files = files;
    this.pacer = new Pacer(clock, given.pace);
  }

  async *batches(stop: AbortSignal): AsyncGenerator<readonly SourceItem[]> {
    const inputs = this.paths.map((path) => readItems(path, this.settings, this.files, stop));
    for await (const batch of merge(inputs, compareItems, BATCH_ITEMS)) yield* this.pacer.release(batch, eventTime_ms, stop);
  }
}

async function* readItems(
  path: string,
  settings: FileSettings,
  files: FileAccess,
  stop: AbortSignal,
): AsyncGenerator<readonly SourceItem[]> {
  const reader = new FileReader(path, settings);
  for await (const chunk of files.open(path, stop)) yield reader.push(chunk);
  if (!stop.aborted) yield reader.end();
}

function isTick(item: SourceItem): item is Tick {
  return item !== IGNORED && !(item instanceof RefusedItem) && !(item instanceof Uint8Array);
}

/** By time, then symbol. What is no tick has no time and stands before the tick behind it. */
function compareItems(a: SourceItem, b: SourceItem): number {
  if (!isTick(a)) return -1;
  if (!isTick(b)) return 1;
  return a.event_s - b.event_s || a.event_ns - b.event_ns || compareSymbols(a, b);
}

function eventTime_ms(item: SourceItem): number | undefined {
  return isTick(item) ? item.event_s * 1000 + item.event_ns / 1e6 : undefined;
}

export const ingestFile = defineSource({
  kind: 'source',
  name: 'ingest file',
  summary: 'Ticks from CSV and NDJSON files, plain or gzip',
  description:
    'Reads files of trades and writes them as ticks. Several files are merged by time, each in its own order, with bounded ' +
    'memory. Columns are found by their names: by a preset, or by --map. Numbers keep their digits: no time or volume passes ' +
    'through a double. A row that is no tick is refused with its file and line, counted, and sent to --rejects.',
  examples: [
    { what: 'a file of a known shape', command: 'qf ingest file trades.csv.gz' },
    {
      what: 'any columns',
      command: 'qf ingest file t.csv --map event_ts=time:iso,symbol==BTCUSD,ltp=price,vol=amount,trade_id=id? --tz Europe/Berlin',
    },
    {
      what: 'one day of ten symbols at a hundred times its speed',
      command: 'qf ingest file 2021-04-08/*.csv.gz --preset nse --pace x100',
    },
  ],
  consumes: [],
  produces: ['tick'],
  args: { name: 'path', summary: 'Files to read, in any number; - for standard input', isRequired: true },
  options,
  guarantees: [
    'Each file keeps its own order; between files the earlier time comes first, then the smaller symbol, then the earlier path.',
    'Each row is a tick, refused or ignored (outside --from-time and --to-time), and counted as such.',
    'With :cum a volume is the growth of the running maximum, by file, symbol and local day; the first row of a day has volume 0.',
  ],
  why:
    'Data comes as files of many shapes. A mapping makes ticks of them without a program for each, and merging by time makes ' +
    'one feed of many files, so that everything behind it is the same as live.',
  symptoms:
    'records_rejected_total grows with rows that are no ticks, each with its reason on --rejects; a path that is missing ' +
    'ends it with 2, a gzip file that is cut off with 65. On Kafka a changed input ends it with input_reset.',
  alternatives: [
    {
      name: 'A conversion script for each source',
      whyNot: 'Most lose digits of times and volumes, and none says what it dropped.',
    },
    { name: 'Sorting a concatenation', whyNot: 'It needs all of it at once, and loses the order in which late trades came.' },
  ],
  isRepeatable: () => true,
  async create(given, context) {
    const source = new FilesSource(given, context);
    for (const path of context.args) await context.files.check(path);
    return { source, processor: new TickWriter('ingest-file', context.isStrict) };
  },
});
