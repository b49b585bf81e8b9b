import { stageCommand } from '../../lib/cli/stage-command.js';
import { runPaper } from '../../lib/stages/run-paper.js';

export default stageCommand(runPaper);
