/**
 * The state of a stage as texts under names, so that only those parts are written again that have changed. What is in a text only
 * the stage knows that wrote it.
 */
export interface Stateful {
  /** Takes over what `changes` has given since the beginning; on something that was just made. */
  restore(parts: ReadonlyMap<string, string>): void;
  /** The parts that are not as they were at the last call; undefined for those that are gone. */
  changes(): Map<string, string | undefined>;
}
