// Rules that say of which kind a frame is: all checks must hold, each by any of its patterns.
import { textAt } from '../input';
import { take } from '../memory';
import { isText, textEnd, textStart } from './values';
import { startOf } from './tree';

// A rule: its first check. A check: the next one, its slot, its first pattern; without one, any value does. A pattern: the next one, its
// size, its text, in which a star stands for any text.
const FIRST: usize = 0;
const NEXT: usize = 0;
const SLOT: usize = 4;
const PATTERN: usize = 8;
const SIZE: usize = 4;
const TEXT: usize = 8;

const STAR: u32 = 0x2a;

export function newRule(): usize {
  return take(4);
}

/** Another check of a rule. */
export function addCheck(rule: usize, slot: i32): usize {
  const check = take(12);
  store<i32>(check, slot, SLOT);
  store<u32>(check, load<u32>(rule, FIRST), NEXT);
  store<u32>(rule, <u32>check, FIRST);
  return check;
}

/** Another pattern of a check, at `textAt`. */
export function addPattern(check: usize, size: u32): void {
  const pattern = take(TEXT + <usize>size);
  store<u32>(pattern, size, SIZE);
  memory.copy(pattern + TEXT, textAt, size);
  store<u32>(pattern, load<u32>(check, PATTERN), NEXT);
  store<u32>(check, <u32>pattern, PATTERN);
}

export function holds(rule: usize): bool {
  for (let check = <usize>load<u32>(rule, FIRST); check !== 0; check = load<u32>(check, NEXT)) if (!isMet(check)) return false;
  return true;
}

function isMet(check: usize): bool {
  const slot = load<i32>(check, SLOT);
  let pattern = <usize>load<u32>(check, PATTERN);
  if (pattern === 0) return startOf(slot) !== 0;
  if (!isText(slot)) return false;
  for (; pattern !== 0; pattern = load<u32>(pattern, NEXT))
    if (matches(pattern + TEXT, load<u32>(pattern, SIZE), textStart, textEnd)) return true;
  return false;
}

function matches(pattern: usize, size: usize, at: usize, end: usize): bool {
  const patternEnd = pattern + size;
  /** Behind the last star, and what it has been tried for. */
  let star: usize = 0;
  let tried: usize = 0;
  while (at < end) {
    if (pattern < patternEnd && load<u8>(pattern) === STAR) {
      star = ++pattern;
      tried = at;
    } else if (pattern < patternEnd && load<u8>(pattern) === load<u8>(at)) {
      pattern++;
      at++;
    } else if (star !== 0) {
      pattern = star;
      at = ++tried;
    } else return false;
  }
  while (pattern < patternEnd && load<u8>(pattern) === STAR) pattern++;
  return pattern === patternEnd;
}
