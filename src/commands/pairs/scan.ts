import { stageCommand } from '../../lib/cli/stage-command.js';
import { pairsScan } from '../../lib/stages/pairs-scan.js';

export default stageCommand(pairsScan);
