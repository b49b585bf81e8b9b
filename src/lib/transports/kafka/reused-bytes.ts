/** Memory that is used again: what is new each time costs more than the copy, and waits for its collection. */
export class ReusedBytes {
  private bytes = Buffer.alloc(0);

  /** Parts as one, until it is called again. */
  readonly join = (parts: readonly Buffer[]): Buffer => {
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    if (this.bytes.length < size) this.bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    for (const part of parts) at += part.copy(this.bytes, at);
    return this.bytes.subarray(0, size);
  };
}
