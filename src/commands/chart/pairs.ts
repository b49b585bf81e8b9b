import { stageCommand } from '../../lib/cli/stage-command.js';
import { chartPairs } from '../../lib/stages/chart-pairs.js';

export default stageCommand(chartPairs);
