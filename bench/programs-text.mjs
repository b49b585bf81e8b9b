/** A command with names in the place of its words in capitals. */
export function filledIn(command, names) {
  return command.map((word) => word.replace(/[A-Z]{4,}/, (name) => names[name] ?? name));
}
