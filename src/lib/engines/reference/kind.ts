import { FieldFinder } from './fields.js';

/** Whether the line [start, end) is meant as a bar, or a mark between bars, or as a tick; undefined where it is no object. */
export function kindOf(bytes: Buffer, start: number, end: number): 'tick' | 'bar' | undefined {
  const finder = new FieldFinder(['tf', 'mark']);
  if (finder.find(bytes, start, end) !== undefined) return undefined;
  return finder.spans[0] !== -1 || finder.spans[2] !== -1 ? 'bar' : 'tick';
}
