import { describe, expect, test } from 'vitest';
import type { StackConfig, Topic } from '../../src/lib/core/model/configs.js';
import { planTopics } from '../../src/lib/ops/topic-plan.js';

const plan = (...topics: Topic[]) =>
  planTopics('s.json', { topics, topic_settings: { stream: { a: '1' } } } as unknown as StackConfig);

describe('planTopics', () => {
  test('a topic has as many partitions as the one that it names, however many names there are between', () => {
    const topics = plan(
      { name: 'c', partitions: 'b', settings: 'stream' },
      { name: 'b', partitions: 'a', settings: 'stream' },
      { name: 'a', partitions: 6, settings: 'stream' },
    );
    expect(topics).toEqual([
      { name: 'c', partitions: 6, copartitionedWith: 'b', settings: { a: '1' } },
      { name: 'b', partitions: 6, copartitionedWith: 'a', settings: { a: '1' } },
      { name: 'a', partitions: 6, copartitionedWith: undefined, settings: { a: '1' } },
    ]);
  });

  test.each<[string, Topic[]]>([
    ['there is no topic b', [{ name: 'a', partitions: 'b', settings: 'stream' }]],
    ['refers to itself', [{ name: 'a', partitions: 'a', settings: 'stream' }]],
    [
      'refers to itself',
      [
        { name: 'a', partitions: 'b', settings: 'stream' },
        { name: 'b', partitions: 'a', settings: 'stream' },
      ],
    ],
    ['topic_settings has no "none"', [{ name: 'a', partitions: 1, settings: 'none' }]],
    [
      'the topic a is there twice',
      [
        { name: 'a', partitions: 1, settings: 'stream' },
        { name: 'a', partitions: 1, settings: 'stream' },
      ],
    ],
  ])('%s', (message, topics) => {
    expect(() => plan(...topics)).toThrow(message);
  });
});
