/** A named maximum of a stage's memory is reached; going on would mean to forget something. */
export class CapacityError extends Error {
  /** `what` would be kept more than `limit` times. */
  constructor(what: string, limit: number) {
    super(`more than ${limit.toLocaleString('en-US')} ${what}`);
  }
}
