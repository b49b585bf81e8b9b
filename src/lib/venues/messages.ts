/** A placeholder for a symbol in a message. */
const SYMBOL = /\{symbol(:lower)?\}/g;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Messages that ask for symbols, as JSON. The innermost element of a list that contains `{symbol}` or `{symbol:lower}` becomes one
 * element for each symbol; a message in which no list does is sent once for each. With a list it is sent once for every
 * `perMessage` symbols, and without a place for symbols once.
 */
export function subscriptions(templates: readonly unknown[], symbols: readonly string[], perMessage: number): string[] {
  return (templates as readonly Json[]).flatMap((template) => {
    if (!asksForSymbols(template)) return [JSON.stringify(template)];
    if (standsForOne(template)) return symbols.map((symbol) => JSON.stringify(withSymbol(template, symbol)));
    const messages: string[] = [];
    for (let at = 0; at < symbols.length; at += perMessage) {
      messages.push(JSON.stringify(filled(template, symbols.slice(at, at + perMessage))));
    }
    return messages;
  });
}

/** Whether a template has a place for symbols. */
export function asksForSymbols(template: unknown): boolean {
  return JSON.stringify(template).search(SYMBOL) !== -1;
}

/** Whether a symbol is to be put into this value itself, and not into an element of a list in it. */
function standsForOne(value: Json): boolean {
  if (typeof value === 'string') return value.search(SYMBOL) !== -1;
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).some(standsForOne);
}

function filled(template: Json, symbols: readonly string[]): Json {
  if (Array.isArray(template)) {
    return template.flatMap((item: Json) =>
      standsForOne(item) ? symbols.map((symbol) => withSymbol(item, symbol)) : [filled(item, symbols)],
    );
  }
  return mapped(template, (value) => filled(value, symbols));
}

function withSymbol(template: Json, symbol: string): Json {
  if (typeof template === 'string') {
    return template.replaceAll(SYMBOL, (_, lower) => (lower === undefined ? symbol : symbol.toLowerCase()));
  }
  if (Array.isArray(template)) return template.map((item: Json) => withSymbol(item, symbol));
  return mapped(template, (value) => withSymbol(value, symbol));
}

/** An object with its values changed; anything else as it is. */
function mapped(value: Json, change: (value: Json) => Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner)]));
}
