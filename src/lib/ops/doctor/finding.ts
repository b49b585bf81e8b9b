/** What `qf doctor` says of one thing. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was seen; where that is not right, the cause. */
  readonly what: string;
  /** The command that mends it, or what to do. */
  readonly mend?: string | undefined;
}

/** One thing to look at. What `run` throws is a failure too, which `mend` mends. */
export interface Check {
  readonly name: string;
  readonly mend: string;
  run(): Promise<readonly Finding[]>;
}

export function ok(check: string, what: string): Finding {
  return { check, status: 'ok', what };
}

export function warn(check: string, what: string, mend: string): Finding {
  return { check, status: 'warn', what, mend };
}

export function fail(check: string, what: string, mend: string): Finding {
  return { check, status: 'fail', what, mend };
}
