import type { MessagePort } from 'node:worker_threads';
import { Counts } from '../../runtime/counts.js';
import { messageOf, QfError } from '../../runtime/errors.js';
import type { PartitionTask, SharedWork } from './runner.js';
import type { FromThread, ToThread } from './threads.js';

/** Does in this thread what the other one asks for. */
export function serveTasks(work: SharedWork, port: MessagePort): void {
  const stops = new Map<number, AbortController>();
  const send = (message: FromThread): void => port.postMessage(message);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'stop') stops.get(message.id)?.abort(message.reason);
    else void run(message.id, message.partition);
  });

  async function run(id: number, partition: number): Promise<void> {
    const stop = new AbortController();
    stops.set(id, stop);
    const task: PartitionTask = work.task(partition, {
      observer: {
        fetched: (fetch) => send({ kind: 'fetched', id, fetch }),
        committed: (commit) => send({ kind: 'committed', id, commit, counts: countsOf(task) }),
        restarted: () => send({ kind: 'restarted', id }),
      },
      settled: (position) => send({ kind: 'settled', id, position }),
    });
    try {
      const outcome = await task.run(stop.signal);
      send({ kind: 'ended', id, outcome, counts: countsOf(task) });
    } catch (error) {
      send({ kind: 'failed', id, code: error instanceof QfError ? error.code : 'fault', message: messageOf(error) });
    } finally {
      stops.delete(id);
    }
  }
}

function countsOf({ counts = new Counts() }: PartitionTask): unknown {
  return counts.saved();
}
