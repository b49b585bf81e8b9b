import { BACKSLASH, eachElement, eachMember, OPEN_BRACE, OPEN_BRACKET, skipSpace, validValueEnd, valueEnd } from './json-scan.js';
import { stringAt } from './values.js';

/** A place in the tree that several pointers make together. */
interface Node {
  /** Index of the pointer that ends here; -1 for none. */
  pointer: number;
  readonly children: Child[];
}

interface Child {
  readonly token: string;
  /** The token as a key of an object is usually written. */
  readonly key: Buffer;
  readonly node: Node;
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

type Skip = (bytes: Buffer, start: number, end: number) => number;

/** Finds where the values that JSON pointers name stand in JSON text, all in one pass, so that numbers keep their digits. */
export class PointerFinder {
  /** Begin and end of each pointer's value by its index; begin is -1 where there is none. Repeated keys: the last. */
  readonly spans: Int32Array;
  private readonly root: Node = { pointer: -1, children: [] };
  private skip: Skip = valueEnd;

  /** `pointers`: no two are the same; the order gives their indexes. */
  constructor(pointers: readonly string[]) {
    this.spans = new Int32Array(pointers.length * 2);
    for (const [index, pointer] of pointers.entries()) {
      let node = this.root;
      for (const token of tokensOf(pointer)) {
        let child = node.children.find((other) => other.token === token);
        if (child === undefined) {
          child = { token, key: Buffer.from(JSON.stringify(token)), node: { pointer: -1, children: [] } };
          node.children.push(child);
        }
        node = child.node;
      }
      node.pointer = index;
    }
  }

  /**
   * Fills `spans` from the JSON text [start, end), UTF-8; false where it is not valid. Judges by its own walk, and leaves to
   * JSON.parse what that does not follow.
   */
  findIn(bytes: Buffer, start: number, end: number): boolean {
    const first = skipSpace(bytes, start, end);
    this.skip = valueEnd;
    const valueEnds = this.visit(bytes, first, end, this.root);
    if (valueEnds !== -1) return skipSpace(bytes, valueEnds, end) === end;
    try {
      JSON.parse(bytes.toString('utf8', start, end));
    } catch {
      return false;
    }
    this.find(bytes, first);
    return true;
  }

  /** Fills `spans` from the value that starts at `start`, in text that is known to be valid JSON, and returns where it ends. */
  find(bytes: Buffer, start: number): number {
    this.skip = validValueEnd;
    return this.visit(bytes, start, bytes.length, this.root);
  }

  /** The end of the value; -1 where it is not valid. */
  private visit(bytes: Buffer, start: number, end: number, node: Node): number {
    this.forget(node);
    const next = node.children.length === 0 ? this.skip(bytes, start, end) : this.descend(bytes, start, end, node);
    if (node.pointer !== -1) {
      this.spans[node.pointer * 2] = start;
      this.spans[node.pointer * 2 + 1] = next;
    }
    return next;
  }

  /** Of a repeated key only the last value counts, with all that is in it. */
  private forget({ pointer, children }: Node): void {
    if (pointer !== -1) this.spans[pointer * 2] = -1;
    for (const child of children) this.forget(child.node);
  }

  private descend(bytes: Buffer, start: number, end: number, { children }: Node): number {
    const next = (child: Child | undefined, valueStart: number): number =>
      child === undefined ? this.skip(bytes, valueStart, end) : this.visit(bytes, valueStart, end, child.node);
    if (bytes[start] === OPEN_BRACE) {
      return eachMember(bytes, start, end, (keyStart, keyEnd, valueStart) =>
        next(childAt(children, bytes, keyStart, keyEnd), valueStart),
      );
    }
    if (bytes[start] !== OPEN_BRACKET) return this.skip(bytes, start, end);
    let index = 0;
    return eachElement(bytes, start, end, (valueStart) => {
      const token = String(index++);
      return next(
        children.find((child) => child.token === token),
        valueStart,
      );
    });
  }
}

/** The child whose key stands at [start, end), quotes included. */
function childAt(children: readonly Child[], bytes: Buffer, start: number, end: number): Child | undefined {
  for (const child of children) if (equals(child.key, bytes, start, end)) return child;
  // The same key may be written with escapes.
  for (let at = start; at < end; at++) {
    if (bytes[at] !== BACKSLASH) continue;
    const token = stringAt(bytes, start, end);
    return children.find((child) => child.token === token);
  }
  return undefined;
}

function equals(key: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let at = 0; at < key.length; at++) if (key[at] !== bytes[start + at]) return false;
  return true;
}
