import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BARS, SESSION, TICKS } from './compliance/samples.js';
import { ROOT, shell } from './support/cli.js';
import { DEFAULT_CONFIG, openStack } from '../src/lib/ops/stack.js';
import { NO_STACK, ownStackFolder, writeStackConfig } from './support/stack.js';
import { HAS_TERMINAL, onTerminal } from './support/terminal.js';

/** How long a command runs that only Ctrl-C ends; any length will do. */
const ENDLESS_S = 2;

/** In the place of a venue: nothing listens there, so the command ends at once, but only where it is right in every other way. */
const NOWHERE = '--url ws://127.0.0.1:1 --give-up 1ms';
const UNAVAILABLE = 69;

const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...['docs', 'docs/decisions', 'docs/results'].flatMap((folder) =>
    readdirSync(ROOT + folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

interface Block {
  readonly page: string;
  /** Whether it is about a stack. */
  readonly needsStack: boolean;
  readonly script: string;
  /** What the page says that it prints: a block of JSON that follows at once. */
  readonly output: string | undefined;
}

function blocksIn(page: string): Block[] {
  const text = readFileSync(ROOT + page, 'utf8');
  return [...text.matchAll(/^```sh( stack)?\n(.*?)^```$(?:\n\n^```json\n(.*?)^```$)?/gms)].map(
    ([, mark, script = '', output]) => ({
      page,
      needsStack: mark !== undefined,
      script: script.trim(),
      output,
    }),
  );
}

/** Files that a page shows: a block behind a sentence that ends with the file's name. */
function filesIn(page: string): [string, string][] {
  const text = readFileSync(ROOT + page, 'utf8');
  return [...text.matchAll(/`([\w.-]+)`:\n\n```\w+\n(.*?)^```$/gms)].map(([, name = '', content = '']) => [name, content]);
}

/** Configurations that come with qf. */
const CONFIGS = ['pairs.yaml', 'risk.yaml', 'costs.yaml'];

const blocks = PAGES.flatMap(blocksIn);
const shownFiles = PAGES.flatMap(filesIn);
const qfBlocks = blocks.filter(({ script }) => /\bqf\b/.test(script));
const makeTargets = blocks.flatMap(({ script }) => [...script.matchAll(/^make ([\w-]+)/gm)].map(([, target = '']) => target));

let dir: string;

/** What the stages of the paper flow write, by the names that the docs give it. */
const paper: Record<string, string> = {};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'qf-docs-'));
  const market = join(dir, 'market');
  await shell(`qf ingest sim --symbols 20 --rate 0.2 --hot-pct 0 --duration 4h --pace max > ${market}`);
  for (const stream of ['signals', 'orders', 'sized', 'allowed', 'fills'])
    paper[`${stream}.ndjson`] = (await shell(`qf run paper --data ${market} --show ${stream}`)).stdout;
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** The files that the commands in the docs speak of. Anew for each, because some commands write to them. */
beforeEach(() => {
  const trades = `ts_ms,symbol,price,size\n1704167100000,AAPL,187.15,100\n1704167160000,AAPL,187.2,50\n`;
  const minutes = BARS.replaceAll('"tf":"1s"', '"tf":"1m"').replaceAll(
    /"ts":(\d+)/g,
    (_, ts) => `"ts":${(Number(ts) - 1_704_167_100) * 60}`,
  );
  const files: Record<string, string | Buffer> = {
    'ticks.ndjson': TICKS,
    'bars.ndjson': BARS,
    'bars.1m.ndjson': minutes,
    'bars.1m.ndjson.gz': gzipSync(minutes),
    ...paper,
    ...Object.fromEntries(CONFIGS.map((name) => [name, readFileSync(`${ROOT}configs/${name}`)])),
    'trades.csv': trades,
    'trades.csv.gz': gzipSync(trades),
    't.csv': 'time,price,amount,id\n2024-01-02 10:00:00.5,42000.5,0.001,1\n',
    my_builder: '#!/bin/sh\nqf bars1s --max-future off --log-level error\n',
    '2021-04-08/ABC.csv.gz': gzipSync('timestamp,ltp,volume\n2021-04-08 09:15:00,10,5\n2021-04-08 09:15:01,11,9\n'),
    'session.ws': SESSION,
    'instruments.csv': 'instrument_token,tradingsymbol,exchange\n257,INFY,NSE\n513,RELIANCE,NSE\n516,RELIANCE,BSE\n',
    'kite.env': 'KITE_API_KEY=key\nKITE_ACCESS_TOKEN=token\n',
    ...Object.fromEntries(shownFiles),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  chmodSync(join(dir, 'my_builder'), 0o755);
});

function isEndless(script: string): boolean {
  return script.split('\n').some((line) => line.includes('ingest sim') && !/--duration|--count|\bhead\b/.test(line));
}

function needsTerminal(script: string): boolean {
  return script.includes('--follow');
}

const LIVE = /\bqf ingest ws\b(?![^|;&>\n]*--replay)([^|;&>\n]*)/g;

/** A script with its continued lines joined. */
function joined(script: string): string {
  return script.replaceAll(/\\\n\s*/g, '');
}

function needsNetwork(script: string): boolean {
  return joined(script).search(LIVE) !== -1;
}

/** The same commands without a network. */
function offline(script: string): string {
  return joined(script).replaceAll(LIVE, (_, flags: string) => `qf ingest ws ${flags.replace(/--url \S+/, '')} ${NOWHERE} `);
}

function exitCodeOf(script: string): number {
  if (needsNetwork(script)) return UNAVAILABLE;
  // `timeout` says 124 when it had to end the command, which is what the docs say of these.
  return isEndless(script) ? 124 : 0;
}

function canRun({ script, needsStack }: Block): boolean {
  return (HAS_TERMINAL || !needsTerminal(script)) && (NO_STACK === undefined || !needsStack);
}

/** The configuration of a stack for a page: the documented topics on free ports. */
async function ownStack(): Promise<string> {
  const { topics, topic_settings } = openStack(DEFAULT_CONFIG).config;
  return writeStackConfig(ownStackFolder('docs'), { topics, topic_settings });
}

describe('commands in the docs', () => {
  test('there are many', () => {
    expect(qfBlocks.length).toBeGreaterThan(20);
  });

  // Who reads a page keeps the stack that it begins with.
  describe.each([...new Set(qfBlocks.map(({ page }) => page))])('%s', (page) => {
    const own = qfBlocks.filter((block) => block.page === page && canRun(block));
    let env: Record<string, string> = {};

    beforeAll(async () => {
      if (own.some(({ needsStack }) => needsStack)) env = { QF_STACK_CONFIG: await ownStack() };
    });
    afterAll(async () => {
      if (env['QF_STACK_CONFIG'] === undefined) return;
      const { exitCode, stderr } = await shell('qf down --volumes', { env });
      expect(exitCode, stderr).toBe(0);
    });

    test.each(own.map(({ script, output }) => [script, output] as const))('%s', async (script, output) => {
      const path = join(dir, 'script.sh');
      writeFileSync(path, `export PATH="$PATH:."; set -eo pipefail\n${offline(script)}`);
      const command = isEndless(script) ? `timeout --signal=INT ${ENDLESS_S} bash script.sh` : 'bash script.sh';
      const run = await shell(`${needsTerminal(script) ? onTerminal(command) : command} < /dev/null`, { cwd: dir, env });
      expect(run.exitCode, run.stderr + run.stdout).toBe(exitCodeOf(script));
      if (output !== undefined) expect(run.stdout).toBe(output);
    });
  });

  test('some show what they print, and some the files that they read', () => {
    expect(blocks.filter(({ output }) => output !== undefined).length).toBeGreaterThan(2);
    expect(shownFiles.map(([name]) => name)).toEqual(expect.arrayContaining(['acme.yaml', 'acme.ws']));
  });

  test('every make target that they name exists', async () => {
    const { stdout } = await shell('make help');
    expect(makeTargets.length).toBeGreaterThan(2);
    for (const target of makeTargets) expect(stdout).toMatch(new RegExp(`^ +${target} `, 'm'));
  });
});

/** The names by which a code host links to the headings of a page. */
function anchorsIn(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('links in the docs', () => {
  test.each(PAGES)('%s', (page) => {
    const text = readFileSync(ROOT + page, 'utf8').replaceAll(/^```.*?^```$/gms, '');
    for (const [, target = '', anchor] of text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)) {
      if (target.startsWith('http')) continue;
      const path = target === '' ? ROOT + page : resolve(ROOT, dirname(page), target);
      expect(existsSync(path), target).toBe(true);
      if (anchor !== undefined) expect(anchorsIn(path), `${target}#${anchor}`).toContain(anchor);
    }
  });
});
