import type { Bar } from '../../src/lib/core/model/model.js';
import { comparedBar, type ExpectedBar } from '../../src/lib/core/recon.js';

/** Items in batches of `size`, with an empty batch before each. */
export async function* batchesOf<T>(items: readonly T[], size = 3): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) {
    yield await Promise.resolve([]);
    yield items.slice(at, at + size);
  }
}

/** A bar that should be there; from `openFrom_s` on, its window is open. */
export function expectedOf(bar: Bar, openFrom_s = Infinity): ExpectedBar {
  return { ...comparedBar(bar), isOpen: bar.ts >= openFrom_s };
}
