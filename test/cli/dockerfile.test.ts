import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT } from '../support/cli.js';

const textOf = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

test('the image has what the package has, but for its pages, and the Node that is tested', () => {
  const { files } = JSON.parse(textOf('package.json')) as { files: string[] };
  const image = textOf('Dockerfile').split('\nFROM ').at(-1) ?? '';
  const copied = [...image.matchAll(/^COPY (?:--from=build )?(.*) \S+$/gm)].flatMap(([, from = '']) => from.split(' '));
  const names = copied.map((path) => path.replace('/qf/', ''));
  const wanted = files.filter((name) => !name.endsWith('.md'));
  expect(names.sort()).toEqual([...wanted, 'node_modules', 'package.json'].sort());
  const node24 = /version=(\S+)/.exec(textOf('scripts/node24.sh'))?.[1];
  expect(textOf('Dockerfile').match(/^FROM node:(\S+)-bookworm-slim/gm)).toEqual(
    Array(2).fill(`FROM node:${node24 ?? ''}-bookworm-slim`),
  );
  expect(image).toMatch(/^USER node$/m);
});
