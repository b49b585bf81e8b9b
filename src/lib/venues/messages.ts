/** A placeholder for a symbol in a message. */
const SYMBOL = /\{symbol(:lower)?\}/g;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Messages that ask for symbols, as JSON. An element of a list that contains `{symbol}` or `{symbol:lower}` becomes one element
 * for each symbol. A message without such a list is sent once; others once for every `perMessage` symbols.
 */
export function subscriptions(templates: readonly unknown[], symbols: readonly string[], perMessage: number): string[] {
  return templates.flatMap((template) => {
    if (!asksForSymbols(template)) return [JSON.stringify(template)];
    const messages: string[] = [];
    for (let at = 0; at < symbols.length; at += perMessage) {
      messages.push(JSON.stringify(filled(template as Json, symbols.slice(at, at + perMessage))));
    }
    return messages;
  });
}

/** Whether a template has a place for symbols. */
export function asksForSymbols(template: unknown): boolean {
  return JSON.stringify(template).search(SYMBOL) !== -1;
}

function filled(template: Json, symbols: readonly string[]): Json {
  if (Array.isArray(template))
    return template.flatMap((item: Json) => (hasSymbol(item) ? withSymbols(item, symbols) : [filled(item, symbols)]));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, filled(value, symbols)]));
}

function hasSymbol(item: Json): item is string {
  return typeof item === 'string' && item.search(SYMBOL) !== -1;
}

function withSymbols(item: string, symbols: readonly string[]): string[] {
  return symbols.map((symbol) => item.replaceAll(SYMBOL, (_, lower) => (lower === undefined ? symbol : symbol.toLowerCase())));
}
