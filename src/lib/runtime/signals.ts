/** Signals that ask a stage to finish, and the exit codes by which shells know them. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export type StopSignal = keyof typeof SIGNALS;

/** The exit code of a run that ended for `reason`; undefined where it was no signal. */
export function exitCodeOf(reason: string): number | undefined {
  return reason in SIGNALS ? SIGNALS[reason as StopSignal] : undefined;
}

/** Aborts on the first SIGINT or SIGTERM, with its name as the reason; a second one ends the process at once. */
export function listenForStop(): AbortSignal {
  const controller = new AbortController();
  for (const name of Object.keys(SIGNALS) as StopSignal[]) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(SIGNALS[name]);
      controller.abort(name);
    });
  }
  return controller.signal;
}
