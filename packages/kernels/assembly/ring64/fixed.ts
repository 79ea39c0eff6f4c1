/** Fixed point: encoding, decoding, and the local part of the dealer-assisted truncation. */

/** One value, in full: 1 where it was refused. */
function encodeOne(out: usize, v: f64, scale: f64, limit: f64): i32 {
  const x = v * scale
  const down = Math.floor(x)
  const rounded = x - down >= 0.5 ? down + 1 : down
  const fits = abs(v) <= limit && abs(rounded) < 9223372036854775808.0
  store<i64>(out, fits ? <i64>rounded : 0)
  return i32(!fits)
}

/**
 * out = round(value·scale), ties toward +∞ as Math.round. The difference to the floor is exact wherever it decides.
 * Whole numbers below 2^51 become integers by adding 1.5·2^52, whose bits are then taken away: the conversion
 * instruction costs ten times as much. Everything else goes the long way.
 * @returns how many values were refused (and became 0): not a number, outside ±limit, or outside the ring
 */
export function encodeFixed(out: usize, values: usize, scale: f64, limit: f64, n: i32): i32 {
  const factor = f64x2.splat(scale)
  const most = f64x2.splat(limit)
  const quick = f64x2.splat(2251799813685248.0)
  const half = f64x2.splat(0.5)
  const one = f64x2.splat(1)
  const magic = f64x2.splat(6755399441055744.0)
  let refused = 0
  let i = n
  for (; i > 1; i -= 2, out += 16, values += 16) {
    const v = v128.load(values)
    const x = f64x2.mul(v, factor)
    const down = f64x2.floor(x)
    const rounded = f64x2.add(down, v128.and(f64x2.ge(f64x2.sub(x, down), half), one))
    if (i64x2.all_true(v128.and(f64x2.le(f64x2.abs(v), most), f64x2.lt(f64x2.abs(rounded), quick)))) {
      v128.store(out, i64x2.sub(f64x2.add(rounded, magic), magic))
    } else {
      refused += encodeOne(out, f64x2.extract_lane(v, 0), scale, limit)
      refused += encodeOne(out + 8, f64x2.extract_lane(v, 1), scale, limit)
    }
  }
  if (i > 0) refused += encodeOne(out, load<f64>(values), scale, limit)
  return refused
}

/** `inverse` = 2^-fracBits: exact, as the conversion alone rounds (to nearest, ties to even). */
export function decodeFixed(out: usize, a: usize, inverse: f64, n: i32): void {
  for (let i = 0; i < n; i++, out += 8, a += 8) store<f64>(out, <f64>load<i64>(a) * inverse)
}

/** EDGKRS20 5.1 after the opening. `leader`: 1 at the leader, else 0; the leader alone adds what is public. */
export function truncateOpened(out: usize, c: usize, rc: usize, rb: usize, bits: i32, leader: u64, n: i32): void {
  const isLeader = i64x2.splat(0 - leader)
  const one = i64x2.splat(leader)
  const low63 = i64x2.splat(0x7fffffffffffffff)
  const offset = i64x2.splat(<u64>1 << (62 - <u64>bits))
  const up = 63 - bits
  for (let i = n; i > 0; i -= 2) {
    const single = i == 1
    const cv = single ? v128.load64_zero(c) : v128.load(c)
    const rcv = single ? v128.load64_zero(rc) : v128.load(rc)
    const rbv = single ? v128.load64_zero(rb) : v128.load(rb)
    const top = i64x2.shr_s(cv, 63) // all ones where bit 63 of c is set
    const flipped = i64x2.sub(v128.xor(rbv, top), top) // −rb there, rb elsewhere
    const b = i64x2.add(flipped, v128.and(one, top))
    const open = v128.and(isLeader, i64x2.sub(i64x2.shr_u(v128.and(cv, low63), bits), offset))
    const y = i64x2.add(i64x2.sub(open, rcv), i64x2.shl(b, up))
    if (single) v128.store64_lane(out, y, 0)
    else v128.store(out, y)
    out += 16
    c += 16
    rc += 16
    rb += 16
  }
}
