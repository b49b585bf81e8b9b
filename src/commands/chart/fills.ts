import { stageCommand } from '../../lib/cli/stage-command.js';
import { chartFills } from '../../lib/stages/chart-fills.js';

export default stageCommand(chartFills);
