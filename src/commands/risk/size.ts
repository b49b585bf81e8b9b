import { stageCommand } from '../../lib/cli/stage-command.js';
import { riskSize } from '../../lib/stages/risk-size.js';

export default stageCommand(riskSize);
