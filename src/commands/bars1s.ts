import { stageCommand } from '../lib/cli/stage-command.js';
import { bars1s } from '../lib/stages/bars1s.js';

export default stageCommand(bars1s);
