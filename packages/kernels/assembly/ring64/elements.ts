/** Element-wise kernels. Two lanes a step; the odd element at the end alone. */

export function add(out: usize, a: usize, b: usize, n: i32): void {
  const pairs = out + ((<usize>n >> 1) << 4)
  for (; out < pairs; out += 16, a += 16, b += 16) v128.store(out, i64x2.add(v128.load(a), v128.load(b)))
  if (n & 1) store<u64>(out, load<u64>(a) + load<u64>(b))
}

export function sub(out: usize, a: usize, b: usize, n: i32): void {
  const pairs = out + ((<usize>n >> 1) << 4)
  for (; out < pairs; out += 16, a += 16, b += 16) v128.store(out, i64x2.sub(v128.load(a), v128.load(b)))
  if (n & 1) store<u64>(out, load<u64>(a) - load<u64>(b))
}

export function mul(out: usize, a: usize, b: usize, n: i32): void {
  const pairs = out + ((<usize>n >> 1) << 4)
  for (; out < pairs; out += 16, a += 16, b += 16) v128.store(out, i64x2.mul(v128.load(a), v128.load(b)))
  if (n & 1) store<u64>(out, load<u64>(a) * load<u64>(b))
}

export function addScalar(out: usize, a: usize, s: u64, n: i32): void {
  const both = i64x2.splat(s)
  const pairs = out + ((<usize>n >> 1) << 4)
  for (; out < pairs; out += 16, a += 16) v128.store(out, i64x2.add(v128.load(a), both))
  if (n & 1) store<u64>(out, load<u64>(a) + s)
}

export function scale(out: usize, a: usize, s: u64, n: i32): void {
  const both = i64x2.splat(s)
  const pairs = out + ((<usize>n >> 1) << 4)
  for (; out < pairs; out += 16, a += 16) v128.store(out, i64x2.mul(v128.load(a), both))
  if (n & 1) store<u64>(out, load<u64>(a) * s)
}

export function shiftRight(out: usize, a: usize, bits: i32, n: i32): void {
  const pairs = out + ((<usize>n >> 1) << 4)
  for (; out < pairs; out += 16, a += 16) v128.store(out, i64x2.shr_u(v128.load(a), bits))
  if (n & 1) store<u64>(out, load<u64>(a) >> (<u64>bits))
}

export function xor(out: usize, a: usize, b: usize, n: i32): void {
  const pairs = out + ((<usize>n >> 1) << 4)
  for (; out < pairs; out += 16, a += 16, b += 16) v128.store(out, v128.xor(v128.load(a), v128.load(b)))
  if (n & 1) store<u64>(out, load<u64>(a) ^ load<u64>(b))
}

export function and(out: usize, a: usize, b: usize, n: i32): void {
  const pairs = out + ((<usize>n >> 1) << 4)
  for (; out < pairs; out += 16, a += 16, b += 16) v128.store(out, v128.and(v128.load(a), v128.load(b)))
  if (n & 1) store<u64>(out, load<u64>(a) & load<u64>(b))
}

/** `leader`: all ones at the leader, else 0. e∧b ⊕ e∧f = e∧(b ⊕ f∧leader). */
export function andOpened(out: usize, e: usize, f: usize, a: usize, b: usize, c: usize, leader: u64, n: i32): void {
  const lead = i64x2.splat(leader)
  for (let i = n >> 1; i > 0; i--) {
    const fv = v128.load(f)
    const eTerm = v128.and(v128.load(e), v128.xor(v128.load(b), v128.and(fv, lead)))
    v128.store(out, v128.xor(v128.load(c), v128.xor(eTerm, v128.and(fv, v128.load(a)))))
    out += 16
    e += 16
    f += 16
    a += 16
    b += 16
    c += 16
  }
  if (n & 1) {
    const fw = load<u64>(f)
    store<u64>(out, load<u64>(c) ^ (load<u64>(e) & (load<u64>(b) ^ (fw & leader))) ^ (fw & load<u64>(a)))
  }
}

/** out row i = a row rows[i]; `columns` elements a row, `n` rows, each index checked by the caller. */
export function gatherRows(out: usize, a: usize, rows: usize, columns: i32, n: i32): void {
  const bytes = (<usize>columns) << 3
  for (let i = 0; i < n; i++) {
    memory.copy(out, a + <usize>load<u32>(rows + ((<usize>i) << 2)) * bytes, bytes)
    out += bytes
  }
}
