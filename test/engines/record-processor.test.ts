import { describe, expect, it } from 'vitest';
import { CapacityError } from '../../src/lib/core/capacity.js';
import { RecordProcessor } from '../../src/lib/engines/reference/record-processor.js';
import { TickDecoder } from '../../src/lib/engines/reference/tick-codec.js';
import { QfError } from '../../src/lib/runtime/errors.js';
import { makeAgg, makeBars1s, reasonsOf, run } from '../support/stages.js';

const GOOD = '{"symbol":"A","event_ts":1700000000000000000,"ltp":1,"vol":1}\n';
const LATER = '{"symbol":"A","event_ts":1700000009000000000,"ltp":1,"vol":1}\n';

function thrownBy(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a stage', () => {
  it('goes on behind a refused line and says which line it was', () => {
    const result = run(makeBars1s(), [`${GOOD}\n{"symbol":1}\n${GOOD}`]);
    expect(result.counts).toMatchObject({ in: 3, used: 2, rejected: 1, out: 1 });
    expect(result.rejects).toBe(
      '{"stage":"bars1s","reason":"wrong_type","detail":"symbol","line":3,"size":12,"raw":"{\\"symbol\\":1}"}\n',
    );
  });

  it('reports late records with their line, and duplicates nowhere', () => {
    const withId = GOOD.replace('}', ',"trade_id":1}');
    const result = run(makeBars1s(), [withId, withId, LATER, GOOD]);
    expect(reasonsOf(result)).toEqual(['late']);
    expect(result.rejects).toContain('"line":4');
    expect(result.counts).toMatchObject({ in: 4, used: 2, late: 1, duplicate: 1, rejected: 0 });
  });

  it('reports a line that is too long with its size and its first 1,024 bytes', () => {
    const { rejects, counts } = run(makeBars1s(), ['x'.repeat(70_000), '\n', GOOD]);
    expect(counts).toMatchObject({ in: 2, used: 1, rejected: 1 });
    expect(JSON.parse(rejects)).toEqual({
      stage: 'bars1s',
      reason: 'line_too_long',
      detail: '',
      line: 1,
      size: 70_000,
      raw: 'x'.repeat(1024),
    });
  });

  it('stops at the first refused line with --strict, which is counted and reported', () => {
    const processor = makeBars1s({}, true);
    const error = thrownBy(() => {
      processor.push(Buffer.from(`${GOOD}{"symbol":"A"}\n${GOOD}`), 0);
    });
    expect(error).toBeInstanceOf(QfError);
    expect(error).toMatchObject({ code: 'bad_data', message: 'line 2: missing_field (event_ts); --strict stops here' });
    expect(processor.counts).toMatchObject({ in: 2, used: 1, rejected: 1 });
    expect(processor.take().rejects.records).toBe(1);
  });

  it('does not stop at a late or duplicate record with --strict', () => {
    const withId = LATER.replace('}', ',"trade_id":1}');
    expect(run(makeBars1s({}, true), [withId, withId, GOOD]).counts).toMatchObject({ used: 1, duplicate: 1, late: 1 });
  });

  it('ends as a fault that says what to do where its memory is full', () => {
    const full = new RecordProcessor({
      stage: 'x',
      decoder: new TickDecoder(),
      step: () => ({
        take: () => {
          throw new CapacityError('trade ids', 1_000_000);
        },
        end: () => undefined,
        restore: () => undefined,
        changes: () => new Map<string, string>(),
      }),
      streams: [],
      isStrict: false,
      onCapacity: 'a shorter --grace closes bars sooner',
    });
    const error = thrownBy(() => {
      full.push(Buffer.from(GOOD), 0);
    });
    expect(error).toMatchObject({
      code: 'fault',
      message: 'more than 1,000,000 trade ids: a shorter --grace closes bars sooner',
    });
  });
});

describe('agg', () => {
  const bar = (tf: string, ts: number): string =>
    `{"symbol":"A","tf":"${tf}","ts":${ts},"o":1,"h":1,"l":1,"c":1,"vol":1,"n_trades":1}\n`;

  it('reads the timeframe of its first bar and rejects others as mixed_tf', () => {
    const result = run(makeAgg([900]), [bar('1m', 0), bar('1s', 60), bar('60s', 60), bar('3m', 180)]);
    expect(reasonsOf(result)).toEqual(['mixed_tf tf', 'mixed_tf tf']);
    expect(result.counts).toMatchObject({ in: 4, used: 2, rejected: 2, out: 1 });
  });

  it('reads the timeframe of --from-tf, whatever comes first', () => {
    const result = run(makeAgg([900], { 'from-tf': 60 }), [bar('1s', 0), bar('1m', 0)]);
    expect(reasonsOf(result)).toEqual(['mixed_tf tf']);
  });

  it.each([
    [60, 60],
    [60, 90],
    [60, 30],
  ])('does not build bars of other lengths than multiples: %d s to %d s', (from_s, to_s) => {
    expect(thrownBy(() => makeAgg([to_s], { 'from-tf': from_s }))).toMatchObject({ code: 'usage' });
  });

  it('says so also where only the first bar shows it', () => {
    expect(thrownBy(() => run(makeAgg([60, 90]), [bar('1m', 0)]))).toMatchObject({
      code: 'usage',
      message: '--tf 1m cannot be built from 1m bars: it must be a larger multiple of 1m',
    });
  });
});
