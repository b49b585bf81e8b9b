import { stageCommand } from '../../lib/cli/stage-command.js';
import { ingestWs } from '../../lib/stages/ingest-ws.js';

export default stageCommand(ingestWs);
