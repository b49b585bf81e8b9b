/**
 * A seeded generator of random numbers that gives the same numbers on every machine: xoshiro128** of Blackman and Vigna
 * ("Scrambled linear pseudorandom number generators", 2021), seeded with splitmix32. 32-bit integer operations only.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** `seed` is an integer, 0 to 2^32 - 1; `stream` makes independent generators from one seed. */
  constructor(seed: number, stream: number) {
    let state = (seed ^ Math.imul(stream + 1, 0x9e3779b9)) | 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.a = next();
    this.b = next();
    this.c = next();
    this.d = next() | 1;
  }

  /** An integer, 0 to 2^32 - 1. */
  uint32(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** A number in [0, 1). */
  uniform(): number {
    return this.uint32() / 4_294_967_296;
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /**
   * A number of mean 0 and variance 1, nearly normal: a sum of four uniform numbers (Irwin-Hall), which needs no logarithm
   * and so gives the same bits everywhere. Its tails end at 3.46.
   */
  normal(): number {
    return (this.uniform() + this.uniform() + this.uniform() + this.uniform() - 2) * SQRT_3;
  }
}

const SQRT_3 = Math.sqrt(3);
