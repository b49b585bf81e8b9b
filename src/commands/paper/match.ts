import { stageCommand } from '../../lib/cli/stage-command.js';
import { paperMatch } from '../../lib/stages/paper-match.js';

export default stageCommand(paperMatch);
