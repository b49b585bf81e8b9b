// Texts as they stand in Markdown's tables.
export const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
export const code = (text) => `\`${cell(text)}\``;
