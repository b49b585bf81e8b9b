const POSITIVE_LIMIT = 1e12;
const FILL_PRICE_LIMIT = 1e13;
const AMOUNT_LIMIT = 1e15;

export const SIDES = ['BUY', 'SELL'] as const;

/** Names that are not symbols: no control characters. Characters are counted, not the halves of which JavaScript makes some. */
export const NAME = /^[^\u0000-\u001f]{1,200}$/u;
export const WORD = /^[^\u0000-\u001f]{1,64}$/u;
export const ORDER_ID = /^[^\u0000-\u001f]{1,300}$/u;
export const FILL_ID = /^[^\u0000-\u001f]{1,320}$/u;

export function isPositive(value: number): boolean {
  return value > 0 && value < POSITIVE_LIMIT;
}

/** Slippage and the tick may lead beyond every price that a bar can have. */
export function isFillPrice(value: number): boolean {
  return value > 0 && value < FILL_PRICE_LIMIT;
}

/** Money that is not negative. */
export function isAmount(value: number): boolean {
  return value >= 0 && value < AMOUNT_LIMIT;
}
