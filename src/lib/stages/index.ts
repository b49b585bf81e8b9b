import type { StageSpec } from '../runtime/stage.js';
import { agg } from './agg.js';
import { bars1s } from './bars1s.js';
import { check } from './check.js';
import { fmt } from './fmt.js';
import { ingestFile } from './ingest-file.js';
import { ingestSim } from './ingest-sim.js';
import { ingestWs } from './ingest-ws.js';

/** All stages, in the order of the flow. */
export const STAGES: readonly StageSpec[] = [ingestSim, ingestFile, ingestWs, bars1s, agg, check, fmt];
