// The entry: frames of a venue in, ticks as lines out. What frames look like, the host says once.
import { skipSpace } from '../bytes';
import { inputFor as roomFor, textAt } from '../input';
import { take } from '../memory';
import { step } from './gaps';
import { holds } from './rules';
import { ruleOf, takeTrades } from './trades';
import { visit } from './walk';

export { textAt } from '../input';
export { flush, waiting } from '../text';
export { behind, gaps, missed } from './gaps';
export { addCheck, addPattern, newRule } from './rules';
export { addWord, newKind, setFields, setManner, setOpened } from './trades';
export { addChild, newNode, setConstant } from './tree';

const NOT_MINE: u32 = 0;
const IGNORED: u32 = 1;
const USED: u32 = 2;

const MAX_RULES: u32 = 64;

/** The frame's tree. */
let tree: usize = 0;

/** Kinds with trades, and behind them the rules for frames without. */
const kinds: usize = take((<usize>MAX_RULES) << 2);
let kindCount: u32 = 0;
const ignored: usize = take((<usize>MAX_RULES) << 2);
let ignoredCount: u32 = 0;

/** `root`: of the pointers into the whole frame. */
export function setTree(root: usize): void {
  tree = root;
}

export function useKind(kind: usize): void {
  store<u32>(kinds + ((<usize>kindCount) << 2), <u32>kind);
  kindCount++;
}

export function ignore(rule: usize): void {
  store<u32>(ignored + ((<usize>ignoredCount) << 2), <u32>rule);
  ignoredCount++;
}

/** Where the host puts a frame. */
export function inputFor(size: usize): usize {
  return roomFor(size + 16);
}

/** Takes the frame of this size; says what became of it. */
export function read(at: usize, size: usize): u32 {
  const end = at + size;
  // No JSON goes on with this.
  store<u64>(end, 0);
  store<u64>(end, 0, 8);
  const valueEnd = visit(skipSpace(at), tree, 0);
  if (valueEnd === 0 || skipSpace(valueEnd) !== end) return NOT_MINE;
  for (let index: u32 = 0; index < kindCount; index++) {
    const kind = <usize>load<u32>(kinds + ((<usize>index) << 2));
    if (holds(ruleOf(kind))) return takeTrades(kind) === 0 ? NOT_MINE : USED;
  }
  for (let index: u32 = 0; index < ignoredCount; index++) if (holds(load<u32>(ignored + ((<usize>index) << 2)))) return IGNORED;
  return NOT_MINE;
}

/** See `step` in `gaps.ts`; the symbol is at `textAt`. */
export function followTrade(numbering: u32, symbolSize: usize, id: u64, used: u32, connection: u32): void {
  step(numbering, textAt, symbolSize, id, used, connection);
}
