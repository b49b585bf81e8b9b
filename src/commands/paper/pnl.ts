import { stageCommand } from '../../lib/cli/stage-command.js';
import { paperPnl } from '../../lib/stages/paper-pnl.js';

export default stageCommand(paperPnl);
