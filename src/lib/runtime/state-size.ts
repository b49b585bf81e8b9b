/** How large a saved state is, kept up as its parts change: parts, and bytes of their names and texts (UTF-16 units, mostly ASCII). */
export class StateSize {
  private readonly sizes = new Map<string, number>();
  private total = 0;

  get parts(): number {
    return this.sizes.size;
  }

  get bytes(): number {
    return this.total;
  }

  /** `changes`: the parts that are different now; undefined for those that are gone. */
  apply(changes: ReadonlyMap<string, string | undefined>): void {
    for (const [name, text] of changes) {
      this.total -= this.sizes.get(name) ?? 0;
      if (text === undefined) this.sizes.delete(name);
      else {
        const size = name.length + text.length;
        this.sizes.set(name, size);
        this.total += size;
      }
    }
  }
}
