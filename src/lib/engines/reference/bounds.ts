import type { Refusal } from '../../core/model/model.js';

const MIN_PRICE = 1e-18;
const PRICE_LIMIT = 1e12;
const MAX_ID_CHARACTERS = 64;
export const SYMBOL = /^[A-Za-z0-9][A-Za-z0-9 ._:/&-]{0,63}$/;

export function isPrice(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= MIN_PRICE && size < PRICE_LIMIT);
}

export function isSymbol(text: string): boolean {
  return SYMBOL.test(text);
}

/** At most 64 characters, counted as code points. */
export function isTradeId(text: string): boolean {
  if (text.length <= MAX_ID_CHARACTERS) return true;
  return text.length <= 2 * MAX_ID_CHARACTERS && Array.from(text).length <= MAX_ID_CHARACTERS;
}

export function missing(field: string): Refusal {
  return { reason: 'missing_field', detail: field };
}

export function wrongType(field: string): Refusal {
  return { reason: 'wrong_type', detail: field };
}

export function outOfBounds(field: string): Refusal {
  return { reason: 'out_of_bounds', detail: field };
}
