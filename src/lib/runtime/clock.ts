/** The only way to the time of day, so that tests can pass in their own. */
export interface Clock {
  /** ms since the epoch. */
  now_ms(): number;
  /** Resolves at `time_ms`, or as soon as `signal` is aborted. */
  waitUntil(time_ms: number, signal: AbortSignal): Promise<void>;
}

/** Longest delay of one timer; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now_ms: () => Date.now(),
  async waitUntil(time_ms, signal) {
    for (let left_ms = time_ms - Date.now(); left_ms > 0 && !signal.aborted; left_ms = time_ms - Date.now()) {
      await pause(Math.min(Math.ceil(left_ms), MAX_DELAY_MS), signal);
    }
  },
};

/** Node's own would make an error, with its stack, each time that it is aborted: a task waits between any two fetches. */
function pause(length_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, length_ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
