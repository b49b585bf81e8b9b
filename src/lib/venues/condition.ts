import { tokensOf } from '../engines/reference/pointers.js';

/** Whether a frame, as JSON.parse gives it, is of some kind. */
export type Condition = (frame: unknown) => boolean;

/** `when`: JSON pointers, and the text that stands there, with `*` for any text; a list for any of several. All must hold. */
export function conditionOf(when: Readonly<Record<string, string | readonly string[]>>): Condition {
  const checks = Object.entries(when).map(([pointer, patterns]) => checkOf(tokensOf(pointer), [patterns].flat()));
  return (frame) => checks.every((check) => check(frame));
}

function checkOf(tokens: readonly string[], patterns: readonly string[]): Condition {
  const isAnything = patterns.includes('*');
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const globs = patterns.filter((pattern) => pattern.includes('*')).map(globOf);
  return (frame) => {
    const value = valueAt(frame, tokens);
    if (value === undefined) return false;
    if (isAnything) return true;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
    const text = String(value);
    return exact.has(text) || globs.some((glob) => glob.test(text));
  };
}

function globOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** The value that a pointer's tokens lead to; undefined where there is none. */
export function valueAt(root: unknown, tokens: readonly string[]): unknown {
  let value = root;
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
    value = (value as Record<string, unknown>)[token];
  }
  return value;
}
