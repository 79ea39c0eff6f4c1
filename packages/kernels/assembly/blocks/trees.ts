/** One level of GGM trees. */

/**
 * Children of `width` parents in each of `trees` trees, of which the first `next` exist: child 2p+b = hashed_b[p] ⊕ parent p.
 * @param sums receives the sum of the left and of the right children of tree t at sums + t·stride
 */
export function children(
  out: usize,
  parents: usize,
  hashed0: usize,
  hashed1: usize,
  trees: i32,
  width: i32,
  next: i32,
  sums: usize,
  stride: usize,
): void {
  for (let t = 0; t < trees; t++, sums += stride) {
    let left = i64x2.splat(0)
    let right = i64x2.splat(0)
    const whole = next >> 1
    for (let p = 0; p < whole; p++) {
      const parent = v128.load(parents)
      const l = v128.xor(v128.load(hashed0), parent)
      const r = v128.xor(v128.load(hashed1), parent)
      v128.store(out, l)
      v128.store(out, r, 16)
      left = v128.xor(left, l)
      right = v128.xor(right, r)
      parents += 16
      hashed0 += 16
      hashed1 += 16
      out += 32
    }
    if (next & 1) {
      const l = v128.xor(v128.load(hashed0), v128.load(parents))
      v128.store(out, l)
      left = v128.xor(left, l)
      out += 16
    }
    const rest = <usize>(width - whole) << 4
    parents += rest
    hashed0 += rest
    hashed1 += rest
    v128.store(sums, left)
    v128.store(sums, right, 16)
  }
}

/**
 * In each tree of `width` nodes: the one on the path becomes 0, its sibling (where it exists) what makes the sum of its
 * side the given one.
 * @param points u32: leaves without the path; `above` levels lie between this one and the leaves
 * @param sums as `children` left them; overwritten
 */
export function puncture(
  nodes: usize,
  points: usize,
  above: i32,
  siblings: usize,
  siblingStride: usize,
  sums: usize,
  sumStride: usize,
  trees: i32,
  width: i32,
): void {
  for (; trees > 0; trees--) {
    const onPath = load<u32>(points) >> above
    const sibling = onPath ^ 1
    if (<i32>sibling < width) {
      const at = nodes + (<usize>sibling << 4)
      const side = v128.load(sums + (<usize>(sibling & 1) << 4))
      v128.store(at, v128.xor(v128.xor(v128.load(siblings), side), v128.load(at)))
    }
    v128.store(nodes + (<usize>onPath << 4), i64x2.splat(0))
    nodes += <usize>width << 4
    points += 4
    siblings += siblingStride
    sums += sumStride
  }
}
