import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT } from './support/cli.js';

const mutations = JSON.parse(readFileSync(`${ROOT}test/mutations.json`, 'utf8')) as { file: string; find: string; why: string }[];

test.each(mutations)('make mutate can still break "$why"', ({ file, find }) => {
  expect(readFileSync(ROOT + file, 'utf8').split(find)).toHaveLength(2);
});
