interface Cursor<T> {
  readonly batches: AsyncIterator<readonly T[]>;
  readonly order: number;
  batch: readonly T[];
  at: number;
}

/**
 * Merges inputs into one: the next item is always the smallest of the inputs' first ones, by `compare`, then by the order of the
 * inputs. Each input keeps its own order, sorted or not. Holds one batch of each input.
 */
export async function* merge<T>(
  inputs: readonly AsyncIterable<readonly T[]>[],
  compare: (a: T, b: T) => number,
  batchItems: number,
): AsyncGenerator<readonly T[]> {
  const heads: Cursor<T>[] = [];
  const isBehind = (a: Cursor<T>, b: Cursor<T>): boolean => (compare(headOf(a), headOf(b)) || a.order - b.order) > 0;
  try {
    for (const [order, input] of inputs.entries()) {
      const cursor: Cursor<T> = { batches: input[Symbol.asyncIterator](), order, batch: [], at: 0 };
      if (await refill(cursor)) insert(heads, cursor, isBehind);
    }
    yield* mergeHeads(heads, isBehind, batchItems);
  } finally {
    for (const { batches } of heads) await batches.return?.();
  }
}

async function* mergeHeads<T>(
  heads: Cursor<T>[],
  isBehind: (a: Cursor<T>, b: Cursor<T>) => boolean,
  batchItems: number,
): AsyncGenerator<readonly T[]> {
  let merged: T[] = [];
  for (let first = heads[0]; first !== undefined; first = heads[0]) {
    merged.push(headOf(first));
    if (merged.length >= batchItems) {
      yield merged;
      merged = [];
    }
    first.at++;
    const isEmpty = first.at >= first.batch.length;
    // An input may take its time, or fail: what is merged does not wait for it.
    if (isEmpty && merged.length > 0) {
      yield merged;
      merged = [];
    }
    const hasMore = !isEmpty || (await refill(first));
    const second = heads[1];
    if (hasMore && (second === undefined || !isBehind(first, second))) continue;
    heads.shift();
    if (hasMore) insert(heads, first, isBehind);
  }
}

function headOf<T>(cursor: Cursor<T>): T {
  return cursor.batch[cursor.at] as T;
}

async function refill<T>(cursor: Cursor<T>): Promise<boolean> {
  for (;;) {
    const next = await cursor.batches.next();
    if (next.done === true) return false;
    if (next.value.length === 0) continue;
    cursor.batch = next.value;
    cursor.at = 0;
    return true;
  }
}

/** Inserts a cursor into a list that is sorted by the cursors' heads. */
function insert<T>(heads: Cursor<T>[], cursor: Cursor<T>, isBehind: (a: Cursor<T>, b: Cursor<T>) => boolean): void {
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBehind(cursor, heads[middle] as Cursor<T>)) low = middle + 1;
    else high = middle;
  }
  heads.splice(low, 0, cursor);
}
