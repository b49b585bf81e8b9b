import { describe, expect, it } from 'vitest';
import { QfError } from '../../src/lib/runtime/errors.js';
import { Credentials } from '../../src/lib/venues/credentials.js';

/** The usage error of a text that cannot be filled. */
function refusalOf(credentials: Credentials, text: string): string {
  try {
    credentials.fill(text);
  } catch (error) {
    expect(error).toBeInstanceOf(QfError);
    expect(error).toMatchObject({ code: 'usage' });
    return (error as QfError).message;
  }
  return 'filled';
}

describe('a secret', () => {
  it('comes from the environment', () => {
    expect(new Credentials(undefined, { KEY: 'abc' }).fill('wss://host/?key=${KEY}')).toBe('wss://host/?key=abc');
  });

  it('comes from a file, which may have comments, blank lines and quotes', () => {
    const text = '# secrets\nKEY=abc\nTOKEN="d e#f"\n\nPIN=\'12\'\n';
    expect(new Credentials(text, {}).fill('${KEY} ${TOKEN} ${PIN}')).toBe('abc d e#f 12');
  });

  it('of the file counts before one of the environment, which has those that the file lacks', () => {
    const credentials = new Credentials('KEY=file\n', { KEY: 'env', TOKEN: 'env' });
    expect(credentials.fill('${KEY} ${TOKEN}')).toBe('file env');
  });

  it('stands in every place of its name', () => {
    expect(new Credentials(undefined, { A: '1', A_2: '2' }).fill('${A}-${A_2}-${A}')).toBe('1-2-1');
  });

  it('is encoded where it is put', () => {
    const credentials = new Credentials(undefined, { KEY: 'a/b "c"&' });
    expect(credentials.fill('?k=${KEY}', encodeURIComponent)).toBe('?k=a%2Fb%20%22c%22%26');
  });

  it('is put in as it is, whatever it looks like', () => {
    const secret = '$& $1 ${OTHER} $$ \\';
    expect(new Credentials(undefined, { KEY: secret, OTHER: 'no' }).fill('<${KEY}>')).toBe(`<${secret}>`);
  });

  it('is not asked for by other text', () => {
    const text = '$KEY {KEY} ${} ${KEY ${K-EY} ${ KEY }';
    expect(new Credentials(undefined, { KEY: 'abc' }).fill(text)).toBe(text);
  });

  it('that is missing is an error of use that names it and shows no other', () => {
    const message = 'no credential TOKEN: set it in the environment, or in the file of --credentials';
    expect(refusalOf(new Credentials('KEY=abc\n', {}), '${KEY} ${TOKEN}')).toBe(message);
    expect(refusalOf(new Credentials(undefined, { TOKEN: '' }), '${TOKEN}')).toBe(message);
    expect(refusalOf(new Credentials(undefined, { TOKEN: undefined }), '${TOKEN}')).toBe(message);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('is not %s, which every object has', (name) => {
    for (const credentials of [new Credentials(undefined, {}), new Credentials('KEY=abc\n', {})]) {
      expect(refusalOf(credentials, `\${${name}}`)).toMatch(`no credential ${name}:`);
    }
  });
});

describe('credentials', () => {
  it('are used once one has been filled in', () => {
    const credentials = new Credentials(undefined, { KEY: 'abc' });
    expect(credentials.areUsed).toBe(false);
    credentials.fill('nothing to fill');
    expect(credentials.areUsed).toBe(false);
    credentials.fill('${KEY}');
    expect(credentials.areUsed).toBe(true);
    credentials.fill('nothing to fill');
    expect(credentials.areUsed).toBe(true);
  });

  it('are not used by one that is missing', () => {
    const credentials = new Credentials(undefined, {});
    refusalOf(credentials, '${KEY}');
    expect(credentials.areUsed).toBe(false);
  });
});
