import { QfError } from '../runtime/errors.js';
import type { OptionSpecs, OptionValues } from '../runtime/options.js';
import type { LogStage } from '../runtime/stage.js';
import { topicIn } from '../transports/address.js';

/** Where sources write, if no topic is named. */
export const DEFAULT_TOPIC = 'ticks';

/** Stands for the contract's name in the name of a topic. */
const OWN_NAME = '{}';

/** The topics that a stage reads. `named`: as in `--from kafka:…`, '' for its own. */
export function inputsOf(
  { input, joined }: Pick<LogStage, 'input' | 'joined'>,
  options: OptionValues<OptionSpecs>,
  named: string,
): readonly string[] {
  if (joined === undefined) return [named === '' ? input : named];
  return named === '' ? joined.topics(options) : named.split(',');
}

/** The topic of each stream. Throws `usage` where that is not what was asked for. */
export function outputsOf(streams: readonly string[], to: readonly string[]): Map<string, string> {
  const [address = '', ...others] = to;
  const template = topicIn(address);
  if (template === undefined || others.length > 0)
    throw new QfError(
      'usage',
      `--to ${to.join(' --to ')}: from Kafka the output goes to Kafka, once (--to kafka or --to kafka:TOPIC), and from there to --to pg`,
    );
  if (template !== '' && streams.length > 1 && !template.includes(OWN_NAME))
    throw new QfError(
      'usage',
      `--to ${address}: there are ${streams.length} outputs; ${OWN_NAME} in the topic stands for ${streams.join(', ')}`,
    );
  return new Map(streams.map((stream) => [stream, (template === '' ? OWN_NAME : template).replace(OWN_NAME, stream)]));
}
