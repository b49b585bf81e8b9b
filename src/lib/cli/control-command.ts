import { Command, Flags } from '@oclif/core';
import { systemClock } from '../runtime/clock.js';
import { EXIT_CODES } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { openSink, topicIn } from '../transports/address.js';
import type { Sink } from '../runtime/transport.js';
import { failed } from './failed.js';
import { kafkaFlags, withKafkaFlags } from './kafka-flags.js';
import { logLevelFlag } from './log-level.js';
import { kafkaIn } from './surroundings.js';

/** Where `qf risk size` reads its commands. */
const TOPIC = 'orders';

/** Where a command goes. */
async function sinkAt(address: string, env: NodeJS.ProcessEnv): Promise<Sink> {
  const topic = topicIn(address);
  if (topic === undefined) return openSink(address);
  const { TickSink } = await import('../transports/kafka/index.js');
  return TickSink.open({
    address: await kafkaIn(env),
    topic: topic === '' ? TOPIC : topic,
    compression: 'none',
    batchSize: 1,
    linger_ms: 0,
    clock: systemClock,
  });
}

/** The command that puts `{"control":…}` among the orders; `effect`: what that does. */
export function controlCommand(control: 'halt' | 'resume', effect: string): Command.Class {
  return class ControlCommand extends Command {
    static override summary = effect;
    static override description =
      `Writes {"control":"${control}"} among the orders that qf risk size reads. It holds from its place in their order on, is part ` +
      'of the state, and so also holds after a restart and in a replay. Exits always pass.';
    static override examples = [
      { description: 'the stack', command: `qf risk ${control}` },
      {
        description: 'a pipe',
        command: `(qf risk ${control} --to stdout; cat orders.ndjson) | qf risk size`,
      },
    ];
    static override flags = {
      ...kafkaFlags,
      to: Flags.string({ helpValue: 'kafka[:TOPIC]|stdout|file:PATH', summary: 'Where it goes', default: 'kafka' }),
      'log-level': logLevelFlag('COMMON'),
    };

    override async run(): Promise<number> {
      const { flags } = await this.parse(ControlCommand);
      const log = createLogger(`risk-${control}`, flags['log-level']);
      try {
        const sink = await sinkAt(flags.to, withKafkaFlags(process.env, flags));
        await sink.write(Buffer.from(`{"control":"${control}"}\n`)).finally(() => sink.close());
        log.info({ to: sink.name }, `written to ${sink.name}`);
        return EXIT_CODES.ok;
      } catch (error) {
        return failed(log, error);
      }
    }
  };
}
