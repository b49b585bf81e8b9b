// Kinds of frames that hold trades, and the trades in them.
import { CLOSE_LIST, COMMA, isDigit, OPEN_LIST, skipSpace, ZERO } from '../bytes';
import { textAt } from '../input';
import { take } from '../memory';
import { bytes } from '../text';
import { beginId, beginTick, endId, endTick, writePrice, writeSide, writeVolume } from '../tick-text';
import { step } from './gaps';
import { startOf } from './tree';
import { mantissa, readId, readPrice, readSymbol, readTime, readVolume, scale, isText, textEnd, textStart, time } from './values';
import { areSame } from '../words';
import { visit } from './walk';

// A kind: the rule and the tree of its trades; the slots of where they are and of their fields, -1 for none; the words for its sides; how
// ids are numbered, 0: not one by one; whether it is for the host alone; ns in a unit of time; how much older than the connection a trade
// may be, ns.
const NEXT: usize = 0;
const RULE: usize = 4;
const TREE: usize = 8;
const AT: usize = 12;
const SYMBOL: usize = 16;
const TIME: usize = 20;
const PRICE: usize = 24;
const VOLUME: usize = 28;
const ID: usize = 32;
const SIDE: usize = 36;
const WORDS: usize = 40;
const NUMBERING: usize = 44;
const IS_FOREIGN: usize = 48;
const PER_UNIT: usize = 56;
const MAX_AGE: usize = 64;
const KIND: usize = 72;

// A word for a side: the next one, whether it says buy, its size, its text.
const IS_BUY: usize = 4;
const SIZE: usize = 8;
const TEXT: usize = 12;

// A trade that was read.
const TRADE_TIME: usize = 0;
const TRADE_PRICE: usize = 8;
const TRADE_VOLUME: usize = 16;
const TRADE_PLACES: usize = 24;
const TRADE_SYMBOL: usize = 32;
const TRADE_ID: usize = 40;
const TRADE_SIDE: usize = 48;
const TRADE: usize = 56;

const NO_SIDE: u32 = 2;
const MAX_TRADES: u32 = 1000;
const MAX_NUMBER: usize = 19;

const trades: usize = take(<usize>MAX_TRADES * TRADE);
let count: u32 = 0;

/** When the connection opened, ns since the epoch. */
let opened: i64 = 0;

export function setOpened(s: f64, ns: f64): void {
  opened = <i64>s * 1_000_000_000 + <i64>ns;
}

/** Another kind, whose trades are where the slot `at` says; one that is for the host alone needs no more than this. */
export function newKind(rule: usize, tree: usize, at: i32, isForeign: bool): usize {
  const kind = take(KIND);
  store<u32>(kind, <u32>rule, RULE);
  store<u32>(kind, <u32>tree, TREE);
  store<i32>(kind, at, AT);
  store<u8>(kind, isForeign ? 1 : 0, IS_FOREIGN);
  return kind;
}

export function setFields(kind: usize, symbol: i32, time: i32, price: i32, volume: i32, id: i32, side: i32): void {
  store<i32>(kind, symbol, SYMBOL);
  store<i32>(kind, time, TIME);
  store<i32>(kind, price, PRICE);
  store<i32>(kind, volume, VOLUME);
  store<i32>(kind, id, ID);
  store<i32>(kind, side, SIDE);
}

/** `perUnit`: ns in a unit of time, 0 for ISO 8601; `maxAge`: Infinity for any. */
export function setManner(kind: usize, numbering: u32, perUnit: f64, maxAge: f64): void {
  store<u32>(kind, numbering, NUMBERING);
  store<i64>(kind, <i64>perUnit, PER_UNIT);
  store<i64>(kind, maxAge < 9e18 ? <i64>maxAge : i64.MAX_VALUE, MAX_AGE);
}

/** A word at `textAt` says buy or sell. */
export function addWord(kind: usize, isBuy: bool, size: u32): void {
  const word = take(TEXT + <usize>size + 8);
  store<u32>(word, load<u32>(kind, WORDS), NEXT);
  store<u32>(word, isBuy ? 1 : 0, IS_BUY);
  store<u32>(word, size, SIZE);
  memory.copy(word + TEXT, textAt, size);
  store<u32>(kind, <u32>word, WORDS);
}

export function ruleOf(kind: usize): usize {
  return load<u32>(kind, RULE);
}

/** Writes the trades of a frame of this kind; gives how many, 0 where any of them is for the host. */
export function takeTrades(kind: usize): u32 {
  count = 0;
  if (load<u8>(kind, IS_FOREIGN) !== 0 || !readAll(kind)) return 0;
  for (let trade: u32 = 0; trade < count; trade++) write(kind, trades + <usize>trade * TRADE);
  return count;
}

function readAll(kind: usize): bool {
  let at = startOf(load<i32>(kind, AT));
  if (at === 0) return false;
  if (load<u8>(at) !== OPEN_LIST) return read(kind, at) !== 0;
  at = skipSpace(at + 1);
  while (load<u8>(at) !== CLOSE_LIST) {
    at = read(kind, at);
    if (at === 0) return false;
    at = skipSpace(at);
    if (load<u8>(at) === COMMA) at = skipSpace(at + 1);
  }
  return true;
}

/** Where the trade ends that begins at `at`. */
function read(kind: usize, at: usize): usize {
  const end = visit(at, load<u32>(kind, TREE), 0);
  if (end === 0 || count === MAX_TRADES) return 0;
  const trade = trades + <usize>count * TRADE;
  if (!readSymbol(load<i32>(kind, SYMBOL))) return 0;
  keepText(trade + TRADE_SYMBOL);
  if (!readTime(load<i32>(kind, TIME), load<i64>(kind, PER_UNIT)) || opened - time > load<i64>(kind, MAX_AGE)) return 0;
  store<i64>(trade, time, TRADE_TIME);
  if (!readPrice(load<i32>(kind, PRICE))) return 0;
  store<i64>(trade, mantissa, TRADE_PRICE);
  store<u32>(trade, scale, TRADE_PLACES);
  if (!readVolume(load<i32>(kind, VOLUME))) return 0;
  store<i64>(trade, mantissa, TRADE_VOLUME);
  store<u32>(trade, scale, TRADE_PLACES + 4);
  if (!readOptional(kind, trade)) return 0;
  count++;
  return end;
}

function readOptional(kind: usize, trade: usize): bool {
  store<u64>(trade, 0, TRADE_ID);
  const id = load<i32>(kind, ID);
  if (id >= 0) {
    if (!readId(id)) return false;
    keepText(trade + TRADE_ID);
  }
  const side = load<i32>(kind, SIDE);
  let word: usize = 0;
  if (side >= 0) {
    if (!isText(side)) return false;
    word = wordOf(kind);
    if (word === 0) return false;
  }
  store<u32>(trade, word === 0 ? NO_SIDE : load<u32>(word, IS_BUY), TRADE_SIDE);
  return true;
}

/** The word that is the text at hand; 0 where there is none. */
function wordOf(kind: usize): usize {
  const size = textEnd - textStart;
  for (let word = <usize>load<u32>(kind, WORDS); word !== 0; word = load<u32>(word, NEXT))
    if (<usize>load<u32>(word, SIZE) === size && areSame(word + TEXT, textStart, size)) return word;
  return 0;
}

function keepText(place: usize): void {
  store<u32>(place, <u32>textStart);
  store<u32>(place, <u32>(textEnd - textStart), 4);
}

function write(kind: usize, trade: usize): void {
  const symbol = <usize>load<u32>(trade, TRADE_SYMBOL);
  const symbolSize = <usize>load<u32>(trade, TRADE_SYMBOL + 4);
  const id = <usize>load<u32>(trade, TRADE_ID);
  const idSize = <usize>load<u32>(trade, TRADE_ID + 4);
  const numbering = load<u32>(kind, NUMBERING);
  if (numbering !== 0 && isNumber(id, idSize)) step(numbering, symbol, symbolSize, numberAt(id, idSize), 1, 0);
  beginTick(symbol, symbolSize, load<i64>(trade, TRADE_TIME));
  writePrice(load<i64>(trade, TRADE_PRICE), load<u32>(trade, TRADE_PLACES));
  writeVolume(load<i64>(trade, TRADE_VOLUME), load<u32>(trade, TRADE_PLACES + 4));
  if (id !== 0) {
    beginId();
    bytes(id, idSize);
    endId();
  }
  const side = load<u32>(trade, TRADE_SIDE);
  if (side !== NO_SIDE) writeSide(side === 1);
  endTick();
}

function isNumber(at: usize, size: usize): bool {
  for (let place: usize = 0; place < size; place++) if (!isDigit(load<u8>(at + place))) return false;
  return size - 1 < MAX_NUMBER;
}

function numberAt(at: usize, size: usize): u64 {
  let number: u64 = 0;
  for (let place: usize = 0; place < size; place++) number = number * 10 + <u64>(load<u8>(at + place) - ZERO);
  return number;
}
