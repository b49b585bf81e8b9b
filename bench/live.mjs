// Stages that run while what they write is watched.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PartitionReader } from '../dist/lib/transports/kafka/partition-reader.js';

/** The time of the clock that Kafka's producers use, with fractions. */
export function now_ms() {
  return performance.timeOrigin + performance.now();
}

/** A stage until `end`, or until this process ends. */
export function startStage(env, args) {
  const child = spawn('bin/qf', [...args, '--log-level', 'warn'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const closed = once(child, 'close');
  let isEnding = false;
  return {
    /** Never resolves; throws where the stage ends by itself. */
    ended: closed.then(([code]) =>
      isEnding ? new Promise(() => undefined) : Promise.reject(new Error(`qf ${args.join(' ')}: exit ${code}`)),
    ),
    end: async () => {
      isEnding = true;
      child.kill('SIGTERM');
      await closed;
      process.off('exit', kill);
    },
  };
}

/** Records in the order in which they came: `{ topic, partition, value, at_ms }`. */
export class Arrivals {
  records = [];
  #wake = [];

  add(records) {
    this.records.push(...records);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Resolves when one has come that was not there yet. */
  async next() {
    await new Promise((resolve) => this.#wake.push(resolve));
  }
}

/** Notes in `seen` when each committed record of a partition was in hand. */
export async function watch(cluster, topic, partition, seen, stop) {
  const reader = await PartitionReader.open(cluster, topic, partition, 'start');
  while (!stop.aborted) {
    const { records } = await reader.fetch();
    const at_ms = now_ms();
    if (records.length > 0) seen.add(records.map(({ value }) => ({ topic, partition, value, at_ms })));
  }
  await reader.close();
}
