// Random numbers, as `Random` of the core gives them: xoshiro128**. A generator is its four words.
import { take } from '../memory';

const GOLDEN: u32 = 0x9e3779b9;
const RANGE: f64 = 4294967296;
const SQRT_3: f64 = Math.sqrt(3);

/** Another generator; `stream` tells those of one seed apart. */
export function seeded(seed: u32, stream: u32): usize {
  const random = take(16);
  let state = seed ^ ((stream + 1) * GOLDEN);
  for (let at = random; at < random + 16; at += 4) {
    state += GOLDEN;
    let mixed = (state ^ (state >>> 16)) * 0x21f0aaad;
    mixed = (mixed ^ (mixed >>> 15)) * 0x735a2d97;
    store<u32>(at, mixed ^ (mixed >>> 15));
  }
  store<u32>(random, load<u32>(random, 12) | 1, 12);
  return random;
}

/** A number in [0, 1). */
export function uniform(random: usize): f64 {
  let a = load<u32>(random);
  let b = load<u32>(random, 4);
  let c = load<u32>(random, 8) ^ a;
  let d = load<u32>(random, 12) ^ b;
  const number = rotl<u32>(b * 5, 7) * 9;
  const shifted = b << 9;
  b ^= c;
  a ^= d;
  c ^= shifted;
  store<u32>(random, a);
  store<u32>(random, b, 4);
  store<u32>(random, c, 8);
  store<u32>(random, rotl<u32>(d, 11), 12);
  return <f64>number / RANGE;
}

/** A whole number in [0, limit). */
export function below(random: usize, limit: f64): f64 {
  return floor(uniform(random) * limit);
}

/** A number of mean 0 and variance 1. */
export function normal(random: usize): f64 {
  return (uniform(random) + uniform(random) + uniform(random) + uniform(random) - 2) * SQRT_3;
}
