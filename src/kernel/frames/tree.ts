// Values that JSON pointers name: trees of their tokens, and the slots that say where each value stands in a frame.
import { textAt } from '../input';
import { take } from '../memory';
import { areSame } from '../words';

// A node: the slot of the pointer that ends there, -1 for none; its first child; the next one beside it; the element that it is, -1 where
// its token is no index; the size of its token as a key, with quotes; the key.
const SLOT: usize = 0;
const CHILD: usize = 4;
const BESIDE: usize = 8;
const INDEX: usize = 12;
const SIZE: usize = 16;
const KEY: usize = 20;

const MAX_SLOTS: u32 = 64;

/** Where each value begins and ends; 0 where there is none. */
const slots: usize = take((<usize>MAX_SLOTS) << 3);

/** A tree without children; `slot` -1: nobody asks for the whole. */
export function newNode(slot: i32): usize {
  const node = take(KEY);
  store<i32>(node, slot, SLOT);
  store<i32>(node, -1, INDEX);
  return node;
}

/** Another child, whose key with its quotes is at `textAt`. */
export function addChild(parent: usize, slot: i32, index: i32, size: u32): usize {
  const node = take(KEY + <usize>size + 8);
  store<i32>(node, slot, SLOT);
  store<i32>(node, index, INDEX);
  store<u32>(node, size, SIZE);
  memory.copy(node + KEY, textAt, size);
  store<u32>(node, load<u32>(parent, CHILD), BESIDE);
  store<u32>(parent, <u32>node, CHILD);
  return node;
}

/** A value that is the same in each frame: `size` bytes of JSON at `textAt`. */
export function setConstant(slot: i32, size: u32): void {
  const place = take(<usize>size + 8);
  memory.copy(place, textAt, size);
  setSlot(slot, place, place + <usize>size);
}

export function hasChildren(node: usize): bool {
  return load<u32>(node, CHILD) !== 0;
}

/** The child of a key [at, at + size), with its quotes; 0 where there is none. */
export function childOf(node: usize, at: usize, size: usize): usize {
  for (let child = <usize>load<u32>(node, CHILD); child !== 0; child = load<u32>(child, BESIDE))
    if (<usize>load<u32>(child, SIZE) === size && areSame(child + KEY, at, size)) return child;
  return 0;
}

export function elementOf(node: usize, index: i32): usize {
  for (let child = <usize>load<u32>(node, CHILD); child !== 0; child = load<u32>(child, BESIDE))
    if (load<i32>(child, INDEX) === index) return child;
  return 0;
}

/** What stands at this node; of a repeated key only the last one counts. */
export function setValue(node: usize, start: usize, end: usize): void {
  const slot = load<i32>(node, SLOT);
  if (slot >= 0) setSlot(slot, start, end);
}

/** Nothing stands there, and nowhere below. */
export function forget(node: usize): void {
  setValue(node, 0, 0);
  for (let child = <usize>load<u32>(node, CHILD); child !== 0; child = load<u32>(child, BESIDE)) forget(child);
}

export function startOf(slot: i32): usize {
  return load<u32>(slots + ((<usize>slot) << 3));
}

export function endOf(slot: i32): usize {
  return load<u32>(slots + ((<usize>slot) << 3), 4);
}

function setSlot(slot: i32, start: usize, end: usize): void {
  const place = slots + ((<usize>slot) << 3);
  store<u32>(place, <u32>start);
  store<u32>(place, <u32>end, 4);
}
