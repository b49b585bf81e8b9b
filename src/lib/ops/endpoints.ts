import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricsEndpointsConfig } from '../core/model/configs.js';
import { parseConfig } from '../formats/config-file.js';

/** The registry of endpoints, beside the stack's configuration. */
export const REGISTRY = 'metrics_endpoints.json';

export type { Endpoint } from '../core/model/configs.js';

/** What is registered in a folder; nothing where it has no registry. Throws a usage error where that is wrong. */
export function readEndpoints(folder: string): Required<Pick<MetricsEndpointsConfig, 'endpoints' | 'tools'>> {
  const path = join(folder, REGISTRY);
  if (!existsSync(path)) return { endpoints: [], tools: [] };
  const { endpoints, tools = [] } = parseConfig(path, readFileSync(path, 'utf8'), 'metrics_endpoints');
  return { endpoints, tools };
}
