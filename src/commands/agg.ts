import { stageCommand } from '../lib/cli/stage-command.js';
import { agg } from '../lib/stages/agg.js';

export default stageCommand(agg);
