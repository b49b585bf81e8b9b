import type { Origin, Trades, VenueConfig, When } from '../core/model/configs.js';
import { IGNORED, TickLines } from '../engines/reference/tick-writer.js';
import { SIDES } from '../formats/row-decoder.js';
import { Kernel } from '../runtime/kernel.js';
import type { Gap } from './gaps.js';
import { type GapCalls, KernelGaps } from './kernel-gaps.js';
import { PointerTree, type TreeCalls } from './pointer-tree.js';
import { maxAgeOf, numberingOf } from './trade-reader.js';
import type { Frame, FrameKernel } from './venue.js';

/** What the kernel has room for. */
const MAX_TEXT_BYTES = 300;
const MAX_SLOTS = 64;
const MAX_RULES = 64;

const NONE = -1;
const NO_NUMBERING = 0;

/** What became of a frame, by the kernel's number; any other is for the reference. */
const IS_IGNORED = 1;
const IS_USED = 2;

const NS_PER_UNIT = { s: 1e9, ms: 1e6, us: 1e3, ns: 1, iso: 0 } as const;

const LF = 0x0a;

/** Words for a side where the venue's description translates none; in other letters they are left to the reference. */
const SIDE_WORDS = [...SIDES].flatMap(([word, side]) =>
  [word, word.toUpperCase(), `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`].map((each) => [each, side] as const),
);

/** What `src/kernel/frames` exports besides. */
interface Calls extends GapCalls, TreeCalls {
  setTree(root: number): void;
  setConstant(slot: number, size: number): void;
  newRule(): number;
  addCheck(rule: number, slot: number): number;
  addPattern(check: number, size: number): void;
  ignore(rule: number): void;
  newKind(rule: number, tree: number, at: number, isForeign: boolean): number;
  setFields(kind: number, symbol: number, time: number, price: number, volume: number, id: number, side: number): void;
  setManner(kind: number, numbering: number, perUnit: number, maxAge_ns: number): void;
  addWord(kind: number, isBuy: boolean, size: number): void;
  useKind(kind: number): void;
  setOpened(s: number, ns: number): void;
  inputFor(size: number): number;
  read(at: number, size: number): number;
}

/** A venue's description has more than the kernel has room for. */
class TooMuch extends Error {}

/** A kernel for the frames of a venue; undefined where its description is beyond it. */
export function compiled(config: VenueConfig): FrameKernel | undefined {
  try {
    return new CompiledFrames(config);
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
}

class CompiledFrames implements FrameKernel {
  readonly gaps: KernelGaps;
  private readonly kernel: Kernel<Calls>;
  private slots = 0;
  private opened: object | undefined;
  private bytes: Buffer[] = [];
  private count = 0;

  constructor({ trades, ignore = [] }: VenueConfig) {
    this.kernel = new Kernel<Calls>('frames', {
      write: (bytes, records) => {
        this.bytes.push(Buffer.from(bytes));
        this.count += records;
      },
      gap: (...found) => {
        this.gaps.add(...found);
      },
    });
    this.gaps = new KernelGaps(this.kernel);
    if (trades.length > MAX_RULES || ignore.length > MAX_RULES) throw new TooMuch();
    const { calls } = this.kernel;
    const frame = new PointerTree(this.newSlot);
    for (const kind of trades) this.addKind(kind, frame);
    for (const when of ignore) calls.ignore(this.ruleOf(when, frame));
    calls.setTree(frame.build(calls, this.put));
  }

  read({ bytes, isBinary, opened }: Frame): readonly TickLines[] | typeof IGNORED | undefined {
    if (isBinary) return undefined;
    const { calls } = this.kernel;
    if (opened !== this.opened) calls.setOpened(opened.s, opened.ns);
    this.opened = opened;
    const at = calls.inputFor(bytes.length);
    this.kernel.memory.set(bytes, at);
    const outcome = calls.read(at, bytes.length);
    if (outcome === IS_IGNORED) return IGNORED;
    return outcome === IS_USED ? this.takeLines() : undefined;
  }

  takeGaps(): readonly Gap[] {
    return this.gaps.take();
  }

  /** Each tick for itself: whoever queues them counts them. */
  private takeLines(): TickLines[] {
    this.kernel.calls.flush();
    const {
      bytes: [first = Buffer.alloc(0), ...others],
      count,
    } = this;
    this.bytes = [];
    this.count = 0;
    if (count === 1) return [new TickLines({ bytes: first, records: 1 })];
    const all = Buffer.concat([first, ...others]);
    const lines: TickLines[] = [];
    for (let start = 0, end = 0; start < all.length; start = end) {
      end = all.indexOf(LF, start) + 1;
      lines.push(new TickLines({ bytes: all.subarray(start, end), records: 1 }));
    }
    return lines;
  }

  private addKind(kind: Trades, frame: PointerTree): void {
    const { calls } = this.kernel;
    const rule = this.ruleOf(kind.when, frame);
    const at = frame.slotOf(kind.at);
    const fields = new PointerTree(this.newSlot);
    const { event_ts, vol, snapshot, trade_id, side } = kind;
    const isForeign = event_ts === 'receive' || snapshot === 'always' || (typeof vol === 'object' && 'cumulative' in vol);
    const slot = (origin: Origin | undefined): number => this.slotOf(origin, fields, frame);
    if (isForeign) {
      calls.useKind(calls.newKind(rule, fields.build(calls, this.put), at, true));
      return;
    }
    const { origin: sideOrigin, words } = sideOf(side);
    const slots = [kind.symbol, event_ts.at, kind.ltp, vol, trade_id, sideOrigin].map(slot);
    const [ofSymbol = NONE, ofTime = NONE, ofPrice = NONE, ofVolume = NONE, ofId = NONE, ofSide = NONE] = slots;
    const made = calls.newKind(rule, fields.build(calls, this.put), at, false);
    calls.setFields(made, ofSymbol, ofTime, ofPrice, ofVolume, ofId, ofSide);
    const numbering = numberingOf(kind);
    const number = numbering === undefined ? NO_NUMBERING : this.gaps.numberOf(numbering);
    calls.setManner(made, number, NS_PER_UNIT[event_ts.unit], maxAgeOf(kind) ?? Infinity);
    for (const [word, meaning] of words) calls.addWord(made, meaning === 'buy', this.put(word));
    calls.useKind(made);
  }

  private ruleOf(when: When, frame: PointerTree): number {
    const { calls } = this.kernel;
    const rule = calls.newRule();
    for (const [pointer, patterns] of Object.entries(when)) {
      const check = calls.addCheck(rule, frame.slotOf(pointer));
      const all = [patterns].flat();
      // Without a pattern any value does. The one that comes last is tried first.
      if (!all.includes('*')) for (const pattern of all.toReversed()) calls.addPattern(check, this.put(pattern));
    }
    return rule;
  }

  private slotOf(origin: Origin | undefined, fields: PointerTree, frame: PointerTree): number {
    if (origin === undefined) return NONE;
    if (typeof origin === 'string') return fields.slotOf(origin);
    if ('frame' in origin) return frame.slotOf(origin.frame);
    const json = JSON.stringify(origin.value);
    if (json !== `"${origin.value}"`) throw new TooMuch();
    const slot = this.newSlot();
    this.kernel.calls.setConstant(slot, this.put(json));
    return slot;
  }

  private readonly newSlot = (): number => {
    if (this.slots === MAX_SLOTS) throw new TooMuch();
    return this.slots++;
  };

  /** Brings a text to where the kernel expects it; gives its size. */
  private readonly put = (text: string): number => {
    if (Buffer.byteLength(text) > MAX_TEXT_BYTES) throw new TooMuch();
    return this.kernel.memory.write(text, this.kernel.calls.textAt.value);
  };
}

function sideOf(side: Trades['side']): {
  readonly origin: Origin | undefined;
  readonly words: Iterable<readonly [string, string]>;
} {
  const isTranslated = typeof side === 'object' && 'values' in side;
  return isTranslated ? { origin: side.at, words: Object.entries(side.values) } : { origin: side, words: SIDE_WORDS };
}
