import type { Refusal } from '../../core/model/model.js';
import { type PairSignal, RISK_BUCKETS } from '../../core/model/paper.js';
import { plainNumber } from '../../core/model/number.js';
import { MAX_EVENT_S } from '../../core/model/time.js';
import { isPrice, SYMBOL } from './bounds.js';
import type { Decoder } from './codec.js';
import { FieldReader } from './field-reader.js';
import { isAmount, NAME, SIDES } from './paper-bounds.js';

const MINUTE_S = 60;
const MAX_TF_MIN = 366 * 1440;

const ACTIONS = ['ENTER_LONG_A_SHORT_B', 'ENTER_SHORT_A_LONG_B', 'EXIT'] as const;
const REASONS = ['reentry', 'revert', 'stop', 'timeout', 'flatten'] as const;

/** Reads signals from JSON lines. */
export class SignalDecoder implements Decoder<PairSignal> {
  declare record: PairSignal;

  decode(bytes: Buffer, start: number, end: number): Refusal | undefined {
    const fields = FieldReader.of(bytes, start, end);
    const record: PairSignal = {
      pair_id: fields.text('pair_id', NAME),
      pair_symbol: fields.text('pair_symbol', NAME),
      a_symbol: fields.text('a_symbol', SYMBOL),
      b_symbol: fields.text('b_symbol', SYMBOL),
      tf_s: fields.integer('tf', 1, MAX_TF_MIN) * MINUTE_S,
      ts: fields.integer('ts', 0, MAX_EVENT_S - 1),
      beta: fields.number('beta', Number.isFinite),
      z: fields.number('z', Number.isFinite),
      action: fields.oneOf('action', ACTIONS),
      sideA: fields.oneOf('sideA', SIDES),
      sideB: fields.oneOf('sideB', SIDES),
      pxA: fields.number('pxA', isPrice),
      pxB: fields.number('pxB', isPrice),
      risk_bucket: fields.oneOf('risk_bucket', RISK_BUCKETS),
      risk_per_trade: fields.number('risk_per_trade', isAmount),
      reason: fields.oneOf('reason', REASONS),
    };
    if (fields.refusal === undefined) this.record = record;
    return fields.refusal;
  }
}

/** A signal as one line of JSON, fields in the contract's order. */
export function encodeSignal(signal: PairSignal): string {
  const { pair_id, pair_symbol, a_symbol, b_symbol, tf_s, ts, beta, z } = signal;
  const { action, sideA, sideB, pxA, pxB, risk_bucket, risk_per_trade, reason } = signal;
  return (
    `{"pair_id":${JSON.stringify(pair_id)},"pair_symbol":${JSON.stringify(pair_symbol)},"a_symbol":"${a_symbol}",` +
    `"b_symbol":"${b_symbol}","tf":${tf_s / MINUTE_S},"ts":${ts},"beta":${plainNumber(beta)},"z":${plainNumber(z)},` +
    `"action":"${action}","sideA":"${sideA}","sideB":"${sideB}","pxA":${plainNumber(pxA)},"pxB":${plainNumber(pxB)},` +
    `"risk_bucket":"${risk_bucket}","risk_per_trade":${plainNumber(risk_per_trade)},"reason":"${reason}"}\n`
  );
}
