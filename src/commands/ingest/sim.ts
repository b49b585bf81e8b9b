import { stageCommand } from '../../lib/cli/stage-command.js';
import { ingestSim } from '../../lib/stages/ingest-sim.js';

export default stageCommand(ingestSim);
