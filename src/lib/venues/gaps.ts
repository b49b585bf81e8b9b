/** Trades of one symbol that the venue has numbered and that never came. */
export interface Gap {
  readonly symbol: string;
  readonly from: bigint;
  readonly to: bigint;
}

/** Follows trade ids that count up one by one in each symbol. */
export interface Gaps {
  /** Gaps, and the trades in them. */
  readonly gaps: number;
  readonly missed: bigint;
  /** Trades whose id is not above the highest one: repeated, or late. */
  readonly behind: number;
  /** Takes the id of a trade; the gap before it, if there is one. `numbering` keeps ids of different kinds apart. */
  next(numbering: string, symbol: string, trade_id: string | undefined): Gap | undefined;
  /**
   * Takes the id of a trade that is known to exist and will not be used, so that it belongs to the gap, if there is one. There is
   * none between the trades that `connection` repeats where nothing came before it: they are older than all that was asked for.
   */
  known(numbering: string, symbol: string, trade_id: string | undefined, connection?: object): Gap | undefined;
}

/** Symbols whose numbers are followed; more are not. */
const MAX_FOLLOWED = 100_000;

/** An id that is followed. */
export const NUMBER = /^\d{1,19}$/;

interface Followed {
  highest: bigint;
  /** The connection, where trades that it repeats are all that has come so far. */
  repeatedIn: object | undefined;
}

/** Finds the gaps. */
export class GapDetector implements Gaps {
  gaps = 0;
  missed = 0n;
  behind = 0;
  private readonly followed = new Map<string, Followed>();

  next(numbering: string, symbol: string, trade_id: string | undefined): Gap | undefined {
    return this.step(numbering, symbol, trade_id, 1n, undefined);
  }

  known(numbering: string, symbol: string, trade_id: string | undefined, connection?: object): Gap | undefined {
    return this.step(numbering, symbol, trade_id, 0n, connection);
  }

  private step(
    numbering: string,
    symbol: string,
    trade_id: string | undefined,
    used: bigint,
    connection: object | undefined,
  ): Gap | undefined {
    if (trade_id === undefined || !NUMBER.test(trade_id)) return undefined;
    // No symbol holds a line break, so that no two pairs make the same key.
    const key = `${symbol}\n${numbering}`;
    const id = BigInt(trade_id);
    const followed = this.followed.get(key);
    if (followed === undefined) {
      if (this.followed.size < MAX_FOLLOWED) this.followed.set(key, { highest: id, repeatedIn: connection });
      return undefined;
    }
    const { highest, repeatedIn } = followed;
    if (repeatedIn !== connection) followed.repeatedIn = undefined;
    if (id <= highest) {
      if (used > 0n) this.behind++;
      return undefined;
    }
    followed.highest = id;
    const from = highest + 1n;
    const to = id - used;
    if (to < from || followed.repeatedIn !== undefined) return undefined;
    this.gaps++;
    this.missed += to - from + 1n;
    return { symbol, from, to };
  }
}
