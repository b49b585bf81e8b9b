/** Trades of one symbol that the venue has numbered and that never came. */
export interface Gap {
  readonly symbol: string;
  readonly from: bigint;
  readonly to: bigint;
}

/** Symbols whose numbers are followed; more are not. */
const MAX_FOLLOWED = 100_000;

const NUMBER = /^\d{1,19}$/;

/** Finds gaps in trade ids that count up one by one in each symbol. */
export class GapDetector {
  /** Gaps, and the trades in them. */
  gaps = 0;
  missed = 0n;
  /** Trades whose id is not above the highest one: repeated, or late. */
  behind = 0;
  private readonly highest = new Map<string, bigint>();

  /** Takes the id of a trade; the gap before it, if there is one. `numbering` keeps ids of different kinds apart. */
  next(numbering: string, symbol: string, trade_id: string | undefined): Gap | undefined {
    return this.step(numbering, symbol, trade_id, 1n);
  }

  /** Takes the id of a trade that is known to exist and will not be used, so that it belongs to the gap, if there is one. */
  known(numbering: string, symbol: string, trade_id: string | undefined): Gap | undefined {
    return this.step(numbering, symbol, trade_id, 0n);
  }

  private step(numbering: string, symbol: string, trade_id: string | undefined, used: bigint): Gap | undefined {
    if (trade_id === undefined || !NUMBER.test(trade_id)) return undefined;
    const key = `${numbering} ${symbol}`;
    const id = BigInt(trade_id);
    const highest = this.highest.get(key);
    if (highest === undefined) {
      if (this.highest.size < MAX_FOLLOWED) this.highest.set(key, id);
      return undefined;
    }
    if (id <= highest) {
      if (used > 0n) this.behind++;
      return undefined;
    }
    this.highest.set(key, id);
    const from = highest + 1n;
    const to = id - used;
    if (to < from) return undefined;
    this.gaps++;
    this.missed += to - from + 1n;
    return { symbol, from, to };
  }
}
