import { addressesOf, type Environment, pgSchemaOf } from '../addresses.js';
import { currentRuntime } from '../runtime/choose.js';
import type { Stack } from '../stack.js';
import { checksOf } from './checks.js';
import { examine } from './examine.js';
import type { Finding } from './finding.js';

export { reportOf } from './examine.js';

/** Looks at everything that the stack needs. */
export async function doctor(stack: Stack, env: Environment): Promise<Finding[]> {
  return examine(checksOf(stack, await currentRuntime(stack, env), addressesOf(stack, env), pgSchemaOf(env)));
}
