import { stageCommand } from '../lib/cli/stage-command.js';
import { fmt } from '../lib/stages/fmt.js';

export default stageCommand(fmt);
