import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOutputs } from '../../src/lib/transports/conflicts.js';
import { temporaryFolder } from '../support/files.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
for (const name of ['a', 'b', 'c']) writeFileSync(at(name), '');
symlinkSync(at('a'), at('link-to-a'));
linkSync(at('a'), at('same-as-a'));
mkdirSync(at('folder'));

describe('outputs', () => {
  it.each([
    ['there are none', ['a'], []],
    ['they are other files', ['a', 'b'], ['c']],
    ['they are not there yet', ['a'], ['new', 'newer']],
    ['the inputs are not there', ['new'], ['a', 'newer']],
    ['only the inputs are equal', ['a', 'a'], ['b']],
  ])('are good where %s', async (_, inputs, outputs) => {
    await expect(checkOutputs({ inputs: inputs.map(at), outputs: outputs.map(at), usesStdout: false })).resolves.toBeUndefined();
  });

  it.each([
    ['a file', 'a'],
    ['a symbolic link', 'link-to-a'],
    ['a hard link', 'same-as-a'],
    ['another way', 'folder/../a'],
  ])('are refused where one is also an input, by %s', async (_, name) => {
    const error = { code: 'usage', message: `cannot write to ${folder}/${name}: it is also an input` };
    await expect(
      checkOutputs({ inputs: [at('b'), at('a')], outputs: [at('c'), `${folder}/${name}`], usesStdout: false }),
    ).rejects.toMatchObject(error);
  });

  it('are refused where one is also an input by a relative path', async () => {
    const path = relative(process.cwd(), at('a'));
    const error = { code: 'usage', message: `cannot write to ${path}: it is also an input` };
    await expect(checkOutputs({ inputs: [at('a')], outputs: [path], usesStdout: false })).rejects.toMatchObject(error);
  });

  it.each([
    ['a file that is there', ['b', 'b'], 'b'],
    ['a file by its link', ['a', 'link-to-a'], 'link-to-a'],
    ['a file that is not there yet', ['new', 'b', 'new'], 'new'],
  ])('are refused where %s is written twice', async (_, outputs, name) => {
    const error = { code: 'usage', message: `cannot write to ${at(name)}: it is written twice` };
    await expect(checkOutputs({ inputs: [], outputs: outputs.map(at), usesStdout: false })).rejects.toMatchObject(error);
  });

  it('are refused where a file that is not there yet is written twice, by two spellings', async () => {
    const outputs = [at('new'), `${folder}/./new`];
    const error = { code: 'usage', message: `cannot write to ${folder}/./new: it is written twice` };
    await expect(checkOutputs({ inputs: [], outputs, usesStdout: false })).rejects.toMatchObject(error);
  });

  it.each(['/dev/null', folder])('may be %s more than once by different paths: it is no regular file', async (path) => {
    await expect(
      checkOutputs({
        inputs: [path],
        outputs: [`${path}/.`.replace('/dev/null/.', '/dev/../dev/null'), path],
        usesStdout: false,
      }),
    ).resolves.toBeUndefined();
  });
});
