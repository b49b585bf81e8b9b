import { tokensOf } from '../engines/reference/pointers.js';

/** A node of the tree that pointers make together, as the kernel keeps it. */
export interface TreeCalls {
  newNode(slot: number): number;
  addChild(parent: number, slot: number, index: number, keySize: number): number;
}

interface Entry {
  readonly tokens: readonly string[];
  readonly slot: number;
}

const NONE = -1;

/** JSON pointers into one value, each with the slot that says where what it names stands. */
export class PointerTree {
  private readonly slots = new Map<string, number>();
  private readonly newSlot: () => number;

  constructor(newSlot: () => number) {
    this.newSlot = newSlot;
  }

  slotOf(pointer: string): number {
    const slot = this.slots.get(pointer) ?? this.newSlot();
    this.slots.set(pointer, slot);
    return slot;
  }

  /** Makes it in the kernel, with all pointers that were asked for; gives its root. `put` brings a text to the kernel. */
  build(calls: TreeCalls, put: (text: string) => number): number {
    const entries = [...this.slots].map(([pointer, slot]) => ({ tokens: tokensOf(pointer), slot }));
    const root = calls.newNode(slotIn(entries));
    addChildren(root, entries, calls, put);
    return root;
  }
}

function addChildren(parent: number, entries: readonly Entry[], calls: TreeCalls, put: (text: string) => number): void {
  const deeper = entries.filter(({ tokens }) => tokens.length > 0);
  for (const token of new Set(deeper.map(({ tokens }) => tokens[0] as string))) {
    const below = deeper
      .filter(({ tokens }) => tokens[0] === token)
      .map(({ tokens, slot }) => ({ tokens: tokens.slice(1), slot }));
    const index = /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : NONE;
    const keySize = put(JSON.stringify(token));
    addChildren(calls.addChild(parent, slotIn(below), index, keySize), below, calls, put);
  }
}

/** The slot of the pointer that ends here. */
function slotIn(entries: readonly Entry[]): number {
  return entries.find(({ tokens }) => tokens.length === 0)?.slot ?? NONE;
}
