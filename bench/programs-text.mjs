// Command lines of programs.

/** Of qf, for the market of the benchmarks on Kafka. */
export const SIM_ARGUMENTS = ['ingest', 'sim', '--symbols', '500', '--rate', '10', '--hot-pct', '0', '--pace', 'max'];

/** A command with names in the place of its words in capitals. */
export function filledIn(command, names) {
  return command.map((word) => word.replace(/[A-Z]{4,}/, (name) => names[name] ?? name));
}
