import type { FrameValues } from './frame-values.js';

/** Whether the frame that `FrameValues` has taken is of some kind. */
export type Condition = () => boolean;

/** `when`: JSON pointers, and the text that stands there, with `*` for any text; a list for any of several. All must hold. */
export function conditionOf(when: Readonly<Record<string, string | readonly string[]>>, values: FrameValues): Condition {
  const checks = Object.entries(when).map(([pointer, patterns]) => checkOf(values.indexOf(pointer), [patterns].flat(), values));
  return () => checks.every((check) => check());
}

function checkOf(index: number, patterns: readonly string[], values: FrameValues): Condition {
  if (patterns.includes('*')) return () => values.startOf(index) !== -1;
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const globs = patterns.filter((pattern) => pattern.includes('*')).map(globOf);
  return () => {
    const text = values.text(index);
    return text !== undefined && (exact.has(text) || globs.some((glob) => glob.test(text)));
  };
}

function globOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
