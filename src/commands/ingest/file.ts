import { stageCommand } from '../../lib/cli/stage-command.js';
import { ingestFile } from '../../lib/stages/ingest-file.js';

export default stageCommand(ingestFile);
