/** What is told of a program that has failed: the end of its log. */
const LOG_CHARACTERS = 1000;

/** A program that has not done what it was run for. */
export class FailedRun extends Error {
  /** One that has ended with another exit code than 0, and what it had to say. */
  static ofExit(command: string, exitCode: number | undefined, log: string): FailedRun {
    return new FailedRun(`${command}: exit ${exitCode ?? '?'}: ${log.trimEnd().slice(-LOG_CHARACTERS)}`);
  }
}
