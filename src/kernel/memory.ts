// Room that is taken and never given back; what is used again keeps free lists of its own.

const PAGE: usize = 65536;

let next: usize = (__heap_base + 15) & ~15;

/** `size` bytes, all 0. Traps where there is no more memory. */
export function take(size: usize): usize {
  const start = next;
  next = (next + size + 15) & ~15;
  const missing = <isize>next - <isize>(<usize>memory.size() * PAGE);
  if (missing > 0) {
    // In steps, so that growing does not cost a call for each piece.
    const pages = <i32>max((missing + PAGE - 1) / PAGE, 64);
    if (memory.grow(pages) < 0 && memory.grow(<i32>((missing + PAGE - 1) / PAGE)) < 0) unreachable();
  }
  return start;
}
