import type { StageSpec } from '../runtime/stage.js';
import { agg } from './agg.js';
import { bars1s } from './bars1s.js';
import { chartBars } from './chart-bars.js';
import { chartFills } from './chart-fills.js';
import { chartPairs } from './chart-pairs.js';
import { check } from './check.js';
import { fmt } from './fmt.js';
import { ingestFile } from './ingest-file.js';
import { ingestSim } from './ingest-sim.js';
import { ingestWs } from './ingest-ws.js';
import { pairsExec } from './pairs-exec.js';
import { pairsScan } from './pairs-scan.js';
import { pairsWatch } from './pairs-watch.js';
import { paperMatch } from './paper-match.js';
import { paperPnl } from './paper-pnl.js';
import { riskGuard } from './risk-guard.js';
import { riskSize } from './risk-size.js';
import { runPaper } from './run-paper.js';

/** All stages, in the order of the flow. */
export const STAGES: readonly StageSpec[] = [
  ingestSim,
  ingestFile,
  ingestWs,
  bars1s,
  agg,
  pairsWatch,
  pairsExec,
  riskSize,
  riskGuard,
  paperMatch,
  paperPnl,
  pairsScan,
  runPaper,
  chartBars,
  chartPairs,
  chartFills,
  check,
  fmt,
];
