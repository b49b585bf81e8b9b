// Runs one program once, as `cat input | program > output`, and takes its times and memory.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The kernel keeps the peak itself, so that only growth after the last look is missed. */
const MEMORY_EVERY_MS = 25;

/** What runs, each in a process group of its own, so that all of it can be ended with this process. */
const running = new Set();
process.on('exit', () => {
  for (const { pid } of running) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended in this moment.
    }
  }
});

const CORES = { any: ['any', 'any'], one: ['0', '1'] };

/**
 * `cores`: `any`, or `one` for the program alone on one core and the feeder on another. `exit`: the code with which it must end.
 * Throws with the program's own words where it fails.
 */
export async function measure({ command, cores, input, output, environment, exit = 0 }) {
  const child = spawn('bash', ['bench/timed.sh', input, output, ...CORES[cores], ...command], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  const closed = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const complaint = textOf(child.stderr);
  const lines = createInterface({ input: child.stdio[3] })[Symbol.asyncIterator]();
  const memory = watchMemory((await lines.next()).value);
  const { value: times = '' } = await lines.next();
  const peak_mb = memory.stop();
  const code = await closed;
  if (code !== exit) throw new Error(`${command.join(' ')}: exit ${code}: ${(await complaint).slice(-500)}`);
  const [wall_s, user_s, system_s] = times.split(' ').map(Number);
  return { wall_s, user_s, system_s, peak_mb };
}

/** Peak resident memory of a process in MB, until stopped; undefined where the system does not tell. */
function watchMemory(pid) {
  let peak_mb;
  const look = () => {
    try {
      const kb = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      if (kb !== undefined) peak_mb = Number(kb) / 1024;
    } catch {
      // The process has ended, or there is no /proc.
    }
  };
  const timer = setInterval(look, MEMORY_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peak_mb;
    },
  };
}

async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}
