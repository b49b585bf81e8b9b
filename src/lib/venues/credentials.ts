import { parseEnv } from 'node:util';
import { QfError } from '../runtime/errors.js';

const NAME = /\$\{(\w+)\}/g;

/** Secrets by name: those of a file (`NAME=value` lines), then those of the environment. */
export class Credentials {
  private readonly file: Readonly<Record<string, string | undefined>>;
  private readonly env: Readonly<Record<string, string | undefined>>;
  private isUsed = false;

  /** `text`: that of the file, where there is one. */
  constructor(text: string | undefined, env: Readonly<Record<string, string | undefined>>) {
    this.file = text === undefined ? {} : parseEnv(text);
    this.env = env;
  }

  /** Whether any secret has been filled in. */
  get areUsed(): boolean {
    return this.isUsed;
  }

  /** `text` with the secret in the place of each `${NAME}`, `encode`d. Throws a usage error where one is missing. */
  fill(text: string, encode: (secret: string) => string = (secret) => secret): string {
    return text.replaceAll(NAME, (_, name: string) => {
      const secret = own(this.file, name) ?? own(this.env, name);
      if (secret === undefined || secret === '') {
        throw new QfError('usage', `no credential ${name}: set it in the environment, or in the file of --credentials`);
      }
      this.isUsed = true;
      return encode(secret);
    });
  }
}

/** Every object answers to `constructor`. */
function own(values: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
