// Room that is taken and never given back; what is used again keeps free lists of its own.

const PAGE: u64 = 65536;

let next: usize = (__heap_base + 15) & ~15;

/** There is no more memory. The host throws. */
declare function full(): void;

/** `size` bytes, all 0. */
export function take(size: usize): usize {
  const start = next;
  // In 64 bits, of which no size runs over.
  const end = (<u64>start + size + 15) & ~15;
  const had = <u64>memory.size() * PAGE;
  if (end > had) {
    const missing = <i32>((end - had + PAGE - 1) / PAGE);
    // In steps, so that growing does not cost a call for each piece.
    if (memory.grow(max(missing, 64)) < 0 && memory.grow(missing) < 0) full();
  }
  next = <usize>end;
  return start;
}
