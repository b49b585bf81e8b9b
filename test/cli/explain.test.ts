import { describe, expect, it } from 'vitest';
import { explanationOf } from '../../src/lib/cli/explain.js';
import { flowMermaid, flowOf, flowText } from '../../src/lib/cli/flow.js';
import { DEFAULT_CONFIG, openStack } from '../../src/lib/ops/stack.js';
import { Counts } from '../../src/lib/runtime/counts.js';
import { METRIC_TEXTS, metricTextOf } from '../../src/lib/runtime/glossary.js';
import { countMetrics, queueMetrics } from '../../src/lib/runtime/metrics.js';
import { TaskMetrics } from '../../src/lib/runtime/task-metrics.js';
import { STAGES } from '../../src/lib/stages/index.js';

const STACK = openStack(DEFAULT_CONFIG);

describe('an explanation', () => {
  it.each(STAGES.map((stage) => [stage.name, stage] as const))('of %s says all that is known of it', (name, stage) => {
    const text = explanationOf(name, STAGES, STACK);
    const flat = text.replaceAll(/\s+/g, ' ');
    const { description, why, symptoms, guarantees, alternatives } = stage;
    for (const sentence of [description, why, symptoms, ...guarantees, ...alternatives.map(({ whyNot }) => whyNot)])
      expect(flat).toContain(sentence.replaceAll(/\s+/g, ' '));
    for (const line of text.split('\n').slice(1)) expect(line.length <= 100 || !line.trim().includes(' ')).toBe(true);
    expect(symptoms.length).toBeGreaterThan(40);
  });

  it.each(STAGES.map(({ name, symptoms }) => [name, symptoms]))('of %s names only metrics that there are', (_, symptoms) => {
    const named = symptoms.match(/\b[a-z]+(?:_[a-z]+)*_(?:total|records|depth|capacity|seconds)\b/g) ?? [];
    expect(named.filter((metric) => !(metric in METRIC_TEXTS))).toEqual([]);
  });

  it('is there for every metric of the runtime, by each of its names', () => {
    const figures = [
      ...countMetrics(() => new Counts()),
      ...queueMetrics({ input: { depth: 0, capacity: 1 } }),
      ...new TaskMetrics(1).figures(),
    ];
    for (const { name } of figures) {
      expect(metricTextOf(name)?.metric, name).toBe(name);
      expect(metricTextOf(`qf_pairs_watch_${name}`)?.metric).toBe(name);
    }
    expect(metricTextOf('qf_bars1s_commit_seconds_bucket')?.metric).toBe('commit_seconds');
    expect(explanationOf('qf_bars1s_lag_records', STAGES, STACK)).toMatch(/^metric {4}lag_records\ntells {5}Offsets/);
  });

  it('is refused for what is neither', () => {
    for (const name of ['nobody', 'records', 'total', 'qf_bars1s_', 'xlag_records'])
      expect(() => explanationOf(name, STAGES, STACK), name).toThrow(`there is no stage and no metric ${name}`);
  });
});

describe('the flow of the stack', () => {
  it('goes from the feed to the fills over its topics', async () => {
    const steps = await flowOf(STACK, STAGES);
    expect(steps.map(({ name }) => name)).toEqual(STACK.config.stages.map(({ name }) => name));
    expect(steps.slice(0, 3)).toEqual([
      { name: 'ingest', reads: [], writes: ['ticks'] },
      { name: 'bars1s', reads: ['ticks'], writes: ['bars.1s'] },
      { name: 'agg-1m', reads: ['bars.1s'], writes: ['bars.1m'] },
    ]);
    const configured = STACK.config.topics.map(({ name }) => name);
    for (const { reads, writes } of steps) for (const topic of [...reads, ...writes]) expect(configured).toContain(topic);
    // Whatever is read is written by a stage.
    const written = steps.flatMap(({ writes }) => writes);
    for (const topic of steps.flatMap(({ reads }) => reads)) expect(written).toContain(topic);
  });

  it('shows topics of other names, and of other programs what their flags say', async () => {
    const commands: [name: string, command: [string, ...string[]], reads: string[], writes: string[]][] = [
      ['qf ingest sim --to kafka:mine', ['qf', 'ingest', 'sim', '--to', 'kafka:mine'], [], ['mine']],
      [
        'qf agg',
        ['qf', 'agg', '--tf=1m,5m', '--from', 'kafka:a', '--to', 'kafka:b.{}', '--to', 'pg'],
        ['a'],
        ['b.bars.1m', 'b.bars.5m'],
      ],
      ['qf pairs exec', ['qf', 'pairs', 'exec', '--from', 'kafka:s1,s2', '--to', 'kafka'], ['s1', 's2'], ['orders']],
      ['qf sink pg', ['qf', 'sink', 'pg', '--from', 'kafka:fills'], ['fills'], []],
      ['another program', ['python3', 'bars1s', '--from', 'kafka:ticks'], ['ticks'], []],
    ];
    const stages = commands.map(([name, command]) => ({ name, command }));
    const steps = await flowOf({ ...STACK, config: { ...STACK.config, stages } }, STAGES);
    expect(steps).toEqual(commands.map(([name, , reads, writes]) => ({ name, reads, writes })));
    expect(flowText(steps)).toMatch(/^fills +-> {2}qf sink pg +-> {2}-$/m);
  });

  it('is drawn as text and as a diagram', async () => {
    const steps = await flowOf(STACK, STAGES);
    expect(flowText(steps)).toMatch(/^ticks +-> {2}bars1s +-> {2}bars\.1s$/m);
    const diagram = flowMermaid(steps);
    expect(diagram).toMatch(/^flowchart LR\n {2}t0\(\[ticks\]\)\n/);
    expect(diagram.match(/-->/g)).toHaveLength(steps.reduce((sum, { reads, writes }) => sum + reads.length + writes.length, 0));
  });
});
