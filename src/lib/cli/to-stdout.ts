/** Writes data to stdout, and waits until it is written: the process ends right behind it. */
export function toStdout(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}
