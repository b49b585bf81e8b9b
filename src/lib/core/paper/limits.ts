import type { RiskBucket } from '../model/paper.js';

/** How much may be at risk. Money and quantities as they were configured. */
export interface RiskLimits {
  readonly total_cash: number;
  /** Part of it that is never used. */
  readonly holdback_fraction: number;
  readonly buckets: Readonly<Record<RiskBucket, { readonly split: number; readonly max_per_trade: number }>>;
  readonly per_symbol_max_qty: number;
  readonly min_qty: number;
  readonly max_open_pairs: number;
  readonly max_entries_per_minute: number;
}
