import { stageCommand } from '../../lib/cli/stage-command.js';
import { pairsExec } from '../../lib/stages/pairs-exec.js';

export default stageCommand(pairsExec);
