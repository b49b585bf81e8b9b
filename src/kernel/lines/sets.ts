// Records of each partition, in sets that each are those of one batch.
import { take } from '../memory';
import { varint, varintSize } from '../varint';

// A set: the one behind it, its records, their bytes and number, and the room for them as a power of two.
const NEXT: usize = 0;
const RECORDS: usize = 4;
const SIZE: usize = 8;
const COUNT: usize = 12;
const POWER: usize = 16;
const SET: usize = 20;

/** A larger set is hardly faster; a record that is longer has one of its own. */
const MAX_SIZE: usize = 500_000;
/** What a set begins with, as a power of two: many partitions have few records each. */
const FIRST_POWER: u32 = 14;

/** What a record has at most besides its key and its value, and what copying writes behind its end. */
const FRAME: usize = 24 + 8;

/** First and last set of each partition. */
let partitions: usize = 0;
export let partitionCount: u32 = 0;

let freeSets: usize = 0;
/** Room that is not used, by its power. */
const freeRooms: usize = take(32 << 2);

export function setPartitions(count: u32): void {
  partitions = take((<usize>count) << 3);
  partitionCount = count;
}

/** The first set of a partition; 0 where there is none. */
export function firstSet(partition: u32): usize {
  return load<u32>(partitions + ((<usize>partition) << 3));
}

/** 0 behind the last one. */
export function nextSet(set: usize): usize {
  return load<u32>(set, NEXT);
}

export function recordsAt(set: usize): usize {
  return load<u32>(set, RECORDS);
}

export function sizeOf(set: usize): usize {
  return load<u32>(set, SIZE);
}

export function countOf(set: usize): u32 {
  return load<u32>(set, COUNT);
}

/** Adds a record (https://kafka.apache.org/documentation/#record); a key of size -1 is none. */
export function addRecord(partition: u32, key: usize, keySize: i32, value: usize, valueSize: i32): void {
  const keyBytes = <usize>max(keySize, 0);
  const set = setFor(partition, FRAME + keyBytes + <usize>valueSize);
  const count = load<i32>(set, COUNT);
  const records = recordsAt(set);
  const rest = varintSize(count) + varintSize(keySize) + keyBytes + varintSize(valueSize) + <usize>valueSize;
  // Attributes, the time behind that of the batch, and the number of headers: all of them 0.
  let at = varint(records + sizeOf(set), <i32>rest + 3);
  store<u16>(at, 0);
  at = varint(at + 2, count);
  at = copy(varint(at, keySize), key, keyBytes);
  at = copy(varint(at, valueSize), value, <usize>valueSize);
  store<u8>(at, 0);
  store<u32>(set, <u32>(at + 1 - records), SIZE);
  store<i32>(set, count + 1, COUNT);
}

/** Forgets all records; their room is used again. */
export function clearSets(): void {
  for (let partition: u32 = 0; partition < partitionCount; partition++) {
    const place = partitions + ((<usize>partition) << 3);
    for (let set = <usize>load<u32>(place); set !== 0;) {
      const next = nextSet(set);
      giveBack(recordsAt(set), load<u32>(set, POWER));
      store<u32>(set, <u32>freeSets, NEXT);
      freeSets = set;
      set = next;
    }
    store<u64>(place, 0);
  }
}

/** The last set of the partition, with room for that many bytes; another one where it would be too large. */
function setFor(partition: u32, size: usize): usize {
  const place = partitions + ((<usize>partition) << 3);
  const last = <usize>load<u32>(place, 4);
  if (last !== 0 && sizeOf(last) + size <= MAX_SIZE) {
    makeRoom(last, sizeOf(last) + size);
    return last;
  }
  const set = newSet(size);
  if (last === 0) store<u32>(place, <u32>set);
  else store<u32>(last, <u32>set, NEXT);
  store<u32>(place, <u32>set, 4);
  return set;
}

function newSet(size: usize): usize {
  let set = freeSets;
  if (set === 0) set = take(SET);
  else freeSets = load<u32>(set, NEXT);
  const power = powerFor(size);
  store<u32>(set, 0, NEXT);
  store<u32>(set, <u32>roomOf(power), RECORDS);
  store<u32>(set, 0, SIZE);
  store<u32>(set, 0, COUNT);
  store<u32>(set, power, POWER);
  return set;
}

function makeRoom(set: usize, size: usize): void {
  const power = load<u32>(set, POWER);
  if (size <= (<usize>1) << power) return;
  const records = recordsAt(set);
  const larger = powerFor(size);
  const room = roomOf(larger);
  memory.copy(room, records, sizeOf(set));
  giveBack(records, power);
  store<u32>(set, <u32>room, RECORDS);
  store<u32>(set, larger, POWER);
}

function powerFor(size: usize): u32 {
  let power = FIRST_POWER;
  while ((<usize>1) << power < size) power++;
  return power;
}

function roomOf(power: u32): usize {
  const place = freeRooms + ((<usize>power) << 2);
  const room = <usize>load<u32>(place);
  if (room === 0) return take((<usize>1) << power);
  store<u32>(place, load<u32>(room));
  return room;
}

function giveBack(room: usize, power: u32): void {
  const place = freeRooms + ((<usize>power) << 2);
  store<u32>(room, load<u32>(place));
  store<u32>(place, <u32>room);
}

/** Copies a text; gives where it ends. Up to seven bytes behind it are read and written, and do not count. */
function copy(to: usize, from: usize, size: usize): usize {
  for (let offset: usize = 0; offset < size; offset += 8) store<u64>(to + offset, load<u64>(from + offset));
  return to + size;
}
