import { eachElement, eachMember, OPEN_BRACE, OPEN_BRACKET, validValueEnd } from './json-scan.js';
import { stringAt } from './values.js';

/** A place in the tree that several pointers make together. */
interface Node {
  /** Index of the pointer that ends here; -1 for none. */
  pointer: number;
  readonly children: Map<string, Node>;
}

/** The reference tokens of a JSON pointer (RFC 6901, section 3). Throws an `Error` where the text is none. */
export function tokensOf(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (!/^(?:\/(?:[^~]|~[01])*)+$/.test(pointer)) throw new Error(`"${pointer}" is not a JSON pointer such as /data/0/price`);
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Finds where the values that JSON pointers name stand in valid JSON text, all in one pass, so that numbers keep their digits. */
export class PointerFinder {
  /** Begin and end of each pointer's value by its index; begin is -1 where there is none. Repeated keys: the last. */
  readonly spans: Int32Array;
  private readonly root: Node = { pointer: -1, children: new Map() };

  /** `pointers`: no two are the same; the order gives their indexes. */
  constructor(pointers: readonly string[]) {
    this.spans = new Int32Array(pointers.length * 2);
    for (const [index, pointer] of pointers.entries()) {
      let node = this.root;
      for (const token of tokensOf(pointer)) {
        const child = node.children.get(token) ?? { pointer: -1, children: new Map() };
        node.children.set(token, child);
        node = child;
      }
      node.pointer = index;
    }
  }

  /** Fills `spans` from the value that starts at `start`, and returns where it ends. */
  find(bytes: Buffer, start: number): number {
    return this.visit(bytes, start, this.root);
  }

  private visit(bytes: Buffer, start: number, node: Node): number {
    this.forget(node);
    const end = node.children.size === 0 ? validValueEnd(bytes, start) : this.descend(bytes, start, node);
    if (node.pointer !== -1) {
      this.spans[node.pointer * 2] = start;
      this.spans[node.pointer * 2 + 1] = end;
    }
    return end;
  }

  /** Of a repeated key only the last value counts, with all that is in it. */
  private forget({ pointer, children }: Node): void {
    if (pointer !== -1) this.spans[pointer * 2] = -1;
    for (const child of children.values()) this.forget(child);
  }

  private descend(bytes: Buffer, start: number, { children }: Node): number {
    const next = (token: string, valueStart: number): number => {
      const child = children.get(token);
      return child === undefined ? validValueEnd(bytes, valueStart) : this.visit(bytes, valueStart, child);
    };
    if (bytes[start] === OPEN_BRACE) {
      return eachMember(bytes, start, (keyStart, keyEnd, valueStart) => next(stringAt(bytes, keyStart, keyEnd), valueStart));
    }
    if (bytes[start] !== OPEN_BRACKET) return validValueEnd(bytes, start);
    let index = 0;
    return eachElement(bytes, start, (valueStart) => next(String(index++), valueStart));
  }
}
