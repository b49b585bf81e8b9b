import { parseDuration, parseTimeframe } from '../core/model/time.js';

export type ReadText = (path: string) => Promise<string>;

/** What every option has: `summary` is one line of help, `default` is text as a user would type it. */
interface OptionBase<T> {
  readonly summary: string;
  readonly default?: string;
  /** Name of the value in help. */
  readonly valueName: string;
  /** The value of the text; throws an `Error` that says what would be right. */
  readonly parse: (text: string) => T;
  /** Where the value is the path of a file: what the stage does with it, so that no file is read and written at once. */
  readonly file?: 'read' | 'write';
  /** Where the stage gets what is in a file instead of its path: reads the file that was given, or the one that is meant else. */
  readonly load?: (path: string | undefined, readText: ReadText) => Promise<unknown>;
}

/** An option of a stage with its type. Flags, help, docs and the catalogue are made from it. */
export type OptionSpec<T = unknown> =
  ({ readonly kind: 'value' } & OptionBase<T>) | { readonly kind: 'switch'; readonly summary: string };

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values that a stage gets for its options. */
export type OptionValues<S extends OptionSpecs> = {
  readonly [K in keyof S]: S[K] extends { readonly kind: 'switch' }
    ? boolean
    : S[K] extends ConfigurationOption<infer T>
      ? T
      : S[K] extends { readonly default: string; readonly parse: (text: string) => infer T }
        ? T
        : S[K] extends { readonly parse: (text: string) => infer T }
          ? T | undefined
          : never;
};

/** The values of options as they were typed; of the others, the defaults. */
export function valuesOf(specs: OptionSpecs, texts: Readonly<Record<string, string>>): OptionValues<OptionSpecs> {
  const entries = Object.entries(specs).map(([name, spec]): [string, unknown] => {
    const text = texts[name];
    if (spec.kind === 'switch') return [name, text !== undefined];
    const given = text ?? spec.default;
    return [name, given === undefined ? undefined : spec.parse(given)];
  });
  return Object.fromEntries(entries) as OptionValues<OptionSpecs>;
}

/** The values, with what is in the files that some of them name. Throws a usage error where a file cannot be read or is wrong. */
export async function loaded<O extends OptionSpecs>(
  specs: O,
  values: OptionValues<OptionSpecs>,
  readText: ReadText,
): Promise<OptionValues<O>> {
  const contents: Record<string, unknown> = { ...values };
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.kind === 'value' && spec.load !== undefined) contents[name] = await spec.load(values[name], readText);
  }
  return contents as OptionValues<O>;
}

interface Common<D> {
  readonly summary: string;
  readonly default?: D;
}

type Value<T, D> = {
  readonly kind: 'value';
  readonly summary: string;
  readonly valueName: string;
  readonly parse: (text: string) => T;
} & (D extends string ? { readonly default: D } : unknown);

function value<T, D extends string | undefined>(
  common: Common<D>,
  valueName: string,
  parse: (text: string) => T,
): Value<T, NoInfer<D>> {
  return { kind: 'value', valueName, parse, ...common } as unknown as Value<T, D>;
}

/** A length of time, in ns. */
export function duration<D extends string | undefined = undefined>(common: Common<D>): Value<number, NoInfer<D>> {
  return value(common, 'duration', (text) => {
    const ns = parseDuration(text);
    if (ns === undefined) throw new Error(`"${text}" is not a duration such as 250ms, 2s, 15m or 1h`);
    return ns;
  });
}

/** A length of time in ns, or `off`. */
export function durationOrOff<D extends string | undefined = undefined>(common: Common<D>): Value<number | 'off', NoInfer<D>> {
  return value(common, 'duration|off', (text) => (text === 'off' ? 'off' : duration({ summary: '' }).parse(text)));
}

/** A whole number from `min` to `max`. */
export function integer<D extends string | undefined = undefined>(
  common: Common<D> & { readonly min: number; readonly max: number },
): Value<number, NoInfer<D>> {
  const { min, max, ...rest } = common;
  return value(rest as Common<D>, 'n', (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(number >= min && number <= max)) throw new Error(`"${text}" is not a whole number from ${min} to ${max}`);
    return number;
  });
}

/** A decimal number from `min` to `max`. */
export function decimal<D extends string | undefined = undefined>(
  common: Common<D> & { readonly min: number; readonly max: number },
): Value<number, NoInfer<D>> {
  const { min, max, ...rest } = common;
  return value(rest as Common<D>, 'x', (text) => {
    const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (!(number >= min && number <= max)) throw new Error(`"${text}" is not a number from ${min} to ${max}`);
    return number;
  });
}

/** A comma-separated list of timeframes, in s, sorted and without repeats. */
export function timeframes<D extends string | undefined = undefined>(common: Common<D>): Value<readonly number[], NoInfer<D>> {
  return value(common, 'tf,…', (text) => [...new Set(text.split(',').map(timeframeOf))].sort((a, b) => a - b));
}

/** One timeframe, in s. */
export function timeframe<D extends string | undefined = undefined>(common: Common<D>): Value<number, NoInfer<D>> {
  return value(common, 'tf', timeframeOf);
}

function timeframeOf(text: string): number {
  const seconds = parseTimeframe(text);
  if (seconds === undefined) throw new Error(`"${text}" is not a timeframe such as 1s, 3m, 1h or 1d`);
  return seconds;
}

/** Any text that `parse` accepts. */
export function text<T = string, D extends string | undefined = undefined>(
  common: Common<D> & { readonly valueName: string; readonly parse?: (text: string) => T },
): Value<T, NoInfer<D>> {
  const { valueName, parse = (given: string) => given as T, ...rest } = common;
  return value(rest as Common<D>, valueName, parse);
}

/** The path of a file that the stage reads or writes. */
export function path(common: Common<never> & { readonly file: 'read' | 'write' }): Value<string, undefined> {
  return value<string, undefined>(common, 'path', (given) => given);
}

/** The path of a configuration, of which the stage gets what it says. */
export interface ConfigurationOption<T> {
  readonly kind: 'value';
  readonly summary: string;
  readonly valueName: string;
  readonly parse: (text: string) => string;
  readonly file: 'read';
  readonly load: (path: string | undefined, readText: ReadText) => Promise<T>;
}

/** `fallback` is read where no path is given; `read` may throw a usage error. */
export function configuration<T>(common: {
  readonly summary: string;
  readonly fallback: { readonly name: string; readonly path: string };
  readonly read: (path: string, text: string) => T;
}): ConfigurationOption<T> {
  const { summary, fallback, read } = common;
  return {
    kind: 'value',
    summary: `${summary} [default: ${fallback.name}]`,
    valueName: 'path',
    parse: (path) => path,
    file: 'read',
    load: async (path = fallback.path, readText) => read(path, await readText(path)),
  };
}

/** One of a few words. */
export function choice<const C extends string, D extends string | undefined = undefined>(
  common: Common<D> & { readonly choices: readonly C[] },
): Value<C, NoInfer<D>> {
  const { choices, ...rest } = common;
  return value(rest as Common<D>, choices.join('|'), (given) => {
    const chosen = choices.find((word) => word === given);
    if (chosen === undefined) throw new Error(`"${given}" is none of ${choices.join(', ')}`);
    return chosen;
  });
}

/** On or off. */
export function toggle(summary: string): { readonly kind: 'switch'; readonly summary: string } {
  return { kind: 'switch', summary };
}
