import { controlCommand } from '../../lib/cli/control-command.js';

export default controlCommand('resume', 'Let entries of pairs pass again');
