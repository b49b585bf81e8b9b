import { stageCommand } from '../lib/cli/stage-command.js';
import { check } from '../lib/stages/check.js';

export default stageCommand(check);
