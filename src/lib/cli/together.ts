/** Work that ends when the signal is aborted. */
export type Endable<T> = (stop: AbortSignal) => Promise<T>;

/** Does several things at a time. Where one fails the others are ended, and what it threw is thrown. */
export async function together<T>(stop: AbortSignal, works: readonly Endable<T>[]): Promise<T[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([stop, failed.signal]);
  const running = works.map(async (work) => {
    try {
      return await work(either);
    } catch (error) {
      failed.abort();
      throw error;
    }
  });
  await Promise.allSettled(running);
  return Promise.all(running);
}
