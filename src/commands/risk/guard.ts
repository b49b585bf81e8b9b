import { stageCommand } from '../../lib/cli/stage-command.js';
import { riskGuard } from '../../lib/stages/risk-guard.js';

export default stageCommand(riskGuard);
