import { stageCommand } from '../../lib/cli/stage-command.js';
import { pairsWatch } from '../../lib/stages/pairs-watch.js';

export default stageCommand(pairsWatch);
