import { parentPort, workerData } from 'node:worker_threads';
import { createLogger } from '../runtime/log.js';
import { STAGES } from '../stages/index.js';
import { serveTasks } from '../transports/kafka/serve-tasks.js';
import { StageWork } from '../transports/kafka/stage-work.js';
import type { ThreadData } from '../transports/kafka/threads.js';
import { jobOf, prepared, type StagePlan } from './stage-plan.js';

const { layout, data } = workerData as ThreadData;
const plan = data as StagePlan;
const spec = STAGES.find(({ name }) => name === plan.stage);
if (parentPort === null || spec === undefined || spec.kind === 'source' || spec.onLog === undefined)
  throw new Error(`no thread for the stage ${plan.stage}`);
const log = createLogger(spec.name, plan.logLevel);
const never = new AbortController().signal;
const stage = await prepared(spec, spec.onLog, plan, log);
serveTasks(new StageWork({ ...jobOf(stage, plan, log), stop: never }, layout), parentPort);
