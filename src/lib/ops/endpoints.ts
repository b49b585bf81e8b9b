import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricsEndpointsConfig } from '../core/model/configs.js';
import { parseConfig } from '../formats/config-file.js';

/** The registry of endpoints, beside the stack's configuration. */
export const REGISTRY = 'metrics_endpoints.json';

/** The port at which a stage serves its metrics. */
export type Endpoint = MetricsEndpointsConfig['endpoints'][number];

/** The endpoints that are registered in a folder; none where it has no registry. Throws a usage error where that is wrong. */
export function readEndpoints(folder: string): Endpoint[] {
  const path = join(folder, REGISTRY);
  return existsSync(path) ? parseConfig(path, readFileSync(path, 'utf8'), 'metrics_endpoints').endpoints : [];
}
