import type { Stack } from '../ops/stack.js';
import { topicNameOf } from '../runtime/catalogue.js';
import { QfError } from '../runtime/errors.js';
import { METRIC_TEXTS, metricTextOf } from '../runtime/glossary.js';
import type { StageSpec } from '../runtime/stage.js';

/** Characters of a line. */
const WIDTH = 100;

const LABEL = 10;

/** What is known of a stage or a metric. Throws a usage error where there is neither of that name. */
export function explanationOf(name: string, stages: readonly StageSpec[], stack: Stack): string {
  const stage = stages.find((spec) => spec.name === name || topicNameOf(spec.name) === name);
  if (stage !== undefined) return explainedStage(stage, stack);
  const metric = metricTextOf(name);
  if (metric !== undefined) return part('metric', metric.metric) + part('tells', metric.tells) + part('look', metric.look);
  throw new QfError(
    'usage',
    `there is no stage and no metric ${name}: qf stages lists the stages, and the metrics are ${Object.keys(METRIC_TEXTS).join(', ')}`,
  );
}

function explainedStage(stage: StageSpec, { endpoints }: Stack): string {
  const { name, summary, description, consumes, produces, guarantees, why, alternatives, symptoms, gauges = [] } = stage;
  const port = endpoints.find((endpoint) => endpoint.stage === topicNameOf(name))?.port;
  const where = port === undefined ? '' : `; in the stack at http://127.0.0.1:${port}/metrics`;
  return [
    `qf ${name}: ${summary}\n\n`,
    part('does', description),
    part('reads', consumes.join(', ') || 'nothing of qf'),
    part('writes', produces.join(', ')),
    ...guarantees.map((sentence, at) => part(at === 0 ? 'holds' : '', sentence)),
    part('why', why),
    ...alternatives.map((other, at) => part(at === 0 ? 'instead' : '', `${other.name}: ${other.whyNot}`)),
    part(
      'watch',
      `--metrics-port N serves qf_${topicNameOf(name).replaceAll('-', '_')}_*${where}. qf explain METRIC says what one tells.`,
    ),
    ...(gauges.length === 0 ? [] : [part('', `Its own: ${gauges.map((gauge) => gauge.name).join(', ')}.`)]),
    part('wrong', symptoms),
  ].join('');
}

/** A text behind its label, in lines of the same width. */
function part(label: string, text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && LABEL + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one, at) => `${(at === 0 ? label : '').padEnd(LABEL)}${one}\n`).join('');
}
