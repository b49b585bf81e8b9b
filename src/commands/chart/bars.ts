import { stageCommand } from '../../lib/cli/stage-command.js';
import { chartBars } from '../../lib/stages/chart-bars.js';

export default stageCommand(chartBars);
