import { controlCommand } from '../../lib/cli/control-command.js';

export default controlCommand('halt', 'Let no entry of a pair pass any more');
