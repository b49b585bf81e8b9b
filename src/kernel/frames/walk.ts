// A walk over JSON (RFC 8259) that is plainly written: ASCII, no escapes, no exponents, no line breaks. It judges all of it, and finds what
// a tree asks for. Places are 0 where something is not plain; behind the text stands a byte that is.
import { CLOSE, CLOSE_LIST, COLON, COMMA, DOT, isDigit, MINUS, OPEN, OPEN_LIST, QUOTE, skipSpace, ZERO } from '../bytes';
import { isNumberPart, stringEnd } from '../scan';
import { childOf, elementOf, forget, hasChildren, setValue } from './tree';

const MAX_DEPTH: u32 = 32;

const TRUE: u32 = 0x65757274;
const NULL: u32 = 0x6c6c756e;
/** "fals", and behind it "e". */
const FALSE: u32 = 0x736c6166;
const FALSE_END: u32 = 0x65;

/** Fills the slots of a tree from the value at `at`; gives where it ends. */
export function visit(at: usize, node: usize, depth: u32): usize {
  forget(node);
  const end = descend(at, hasChildren(node) ? node : 0, depth);
  setValue(node, at, end);
  return end;
}

/** The end of the value at `at`; `node` 0: nobody asks for what is inside. */
function descend(at: usize, node: usize, depth: u32): usize {
  const byte: u32 = load<u8>(at);
  if (byte === QUOTE) return behindString(at);
  if (byte === OPEN) return depth === MAX_DEPTH ? 0 : members(at, node, depth + 1);
  if (byte === OPEN_LIST) return depth === MAX_DEPTH ? 0 : elements(at, node, depth + 1);
  return isDigit(byte) || byte === MINUS ? numberEnd(at) : wordEnd(at);
}

function members(at: usize, node: usize, depth: u32): usize {
  at = skipSpace(at + 1);
  if (load<u8>(at) === CLOSE) return at + 1;
  while (true) {
    const keyEnd = load<u8>(at) === QUOTE ? behindString(at) : 0;
    if (keyEnd === 0) return 0;
    const colon = skipSpace(keyEnd);
    if (load<u8>(colon) !== COLON) return 0;
    const child: usize = node === 0 ? 0 : childOf(node, at, keyEnd - at);
    at = valueEnd(skipSpace(colon + 1), child, depth);
    if (at === 0) return 0;
    at = skipSpace(at);
    if (load<u8>(at) === CLOSE) return at + 1;
    if (load<u8>(at) !== COMMA) return 0;
    at = skipSpace(at + 1);
  }
}

function elements(at: usize, node: usize, depth: u32): usize {
  at = skipSpace(at + 1);
  if (load<u8>(at) === CLOSE_LIST) return at + 1;
  let index: i32 = 0;
  while (true) {
    const child: usize = node === 0 ? 0 : elementOf(node, index++);
    at = valueEnd(at, child, depth);
    if (at === 0) return 0;
    at = skipSpace(at);
    if (load<u8>(at) === CLOSE_LIST) return at + 1;
    if (load<u8>(at) !== COMMA) return 0;
    at = skipSpace(at + 1);
  }
}

function valueEnd(at: usize, node: usize, depth: u32): usize {
  return node === 0 ? descend(at, 0, depth) : visit(at, node, depth);
}

function behindString(at: usize): usize {
  const end = stringEnd(at + 1);
  return end === 0 ? 0 : end + 1;
}

function numberEnd(at: usize): usize {
  if (load<u8>(at) === MINUS) at++;
  const first: u32 = load<u8>(at);
  let end = digitsEnd(at);
  if (end === at || (first === ZERO && end !== at + 1)) return 0;
  if (load<u8>(end) === DOT) {
    at = end + 1;
    end = digitsEnd(at);
    if (end === at) return 0;
  }
  return isNumberPart(load<u8>(end)) ? 0 : end;
}

function digitsEnd(at: usize): usize {
  while (isDigit(load<u8>(at))) at++;
  return at;
}

function wordEnd(at: usize): usize {
  const word = load<u32>(at);
  if (word === TRUE || word === NULL) return at + 4;
  return word === FALSE && load<u8>(at, 4) === FALSE_END ? at + 5 : 0;
}
