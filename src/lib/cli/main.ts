import { flush, run } from '@oclif/core';
import { EXIT_CODES, messageOf } from '../runtime/errors.js';

/** How oclif marks its own errors. */
interface OclifError extends Error {
  readonly oclif?: { readonly exit?: number };
}

/** Runs the command line and ends the process with the command's exit code. This is the only place that sets it. */
export async function main(packageUrl: string): Promise<void> {
  process.exit(await exitCodeOf(packageUrl));
}

async function exitCodeOf(packageUrl: string): Promise<number> {
  try {
    const result = await run(process.argv.slice(2), packageUrl);
    // A stage has waited for its own output; what oclif has printed, such as help, may still be on its way.
    if (typeof result === 'number') return result;
    await flush();
    return EXIT_CODES.ok;
  } catch (error) {
    const exit = (error as OclifError).oclif?.exit;
    if (exit === 0) return EXIT_CODES.ok;
    if (exit === undefined) {
      process.stderr.write(`qf: a fault of qf: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`);
      return EXIT_CODES.fault;
    }
    process.stderr.write(`qf: ${usageMessageOf(error)}\n`);
    return EXIT_CODES.usage;
  }
}

/** oclif names a command of two words with a colon between them. */
function usageMessageOf(error: unknown): string {
  const message = messageOf(error);
  return /^command \S+ not found/.test(message) ? message.replaceAll(':', ' ') : message;
}
