import { describe, expect, it } from 'vitest';
import type { Refusal, Tick } from '../../src/lib/core/model/model.js';
import { IGNORED, RefusedItem } from '../../src/lib/engines/reference/tick-writer.js';
import { FrameReader } from '../../src/lib/venues/frame-reader.js';
import type { Reading, Trade, Venue } from '../../src/lib/venues/venue.js';
import { tick } from '../support/records.js';
import { frameOf, instant } from '../support/venues.js';

const WRONG: Refusal = { reason: 'wrong_type', detail: 'ltp' };
const UNKNOWN: Refusal = { reason: 'unknown_message', detail: '' };

function trade(what: Tick | Refusal, changes: Partial<Trade> = {}): Trade {
  return { tick: what, numbering: undefined, isRepeated: false, hasReceiveTime: false, ...changes };
}

/** A reader of frames that hold these readings, one after the other, and what it says besides. */
class Session {
  readonly said: string[] = [];
  readonly reader: FrameReader;

  constructor(readings: readonly Reading[]) {
    const left = [...readings];
    const venue: Venue = {
      name: 'test',
      url: 'wss://host/',
      headers: {},
      greeting: [],
      lacksSymbols: false,
      heartbeat: undefined,
      read: () => left.shift() ?? 'ignored',
    };
    this.reader = new FrameReader(venue, {
      gap: ({ symbol, from, to }) => this.said.push(`gap ${symbol} ${from}-${to}`),
      notice: (text) => this.said.push(`notice ${text}`),
    });
  }
}

/** Every account of a reader, for comparing. */
function accountOf({ frames, gaps, repeated, withReceiveTime }: FrameReader): Record<string, unknown> {
  return { ...frames, gaps: gaps.gaps, missed: gaps.missed, behind: gaps.behind, repeated, withReceiveTime };
}

const NOTHING = { in: 0, used: 0, ignored: 0, rejected: 0, gaps: 0, missed: 0n, behind: 0, repeated: 0, withReceiveTime: 0 };

describe('a frame', () => {
  it('that holds trades is used, and its ticks are handed on in order', () => {
    const ticks = [tick('A', '1'), tick('B', '2'), tick('A', '3')];
    const { reader, said } = new Session([{ trades: ticks.map((one) => trade(one)) }]);
    expect(reader.read(frameOf('x'))).toEqual(ticks);
    expect(accountOf(reader)).toEqual({ ...NOTHING, in: 1, used: 1 });
    expect(said).toEqual([]);
  });

  it('that holds an empty list of trades is used all the same', () => {
    const { reader } = new Session([{ trades: [] }]);
    expect(reader.read(frameOf('x'))).toEqual([]);
    expect(accountOf(reader)).toEqual({ ...NOTHING, in: 1, used: 1 });
  });

  it('that is not asked for is ignored, and is no record', () => {
    const { reader } = new Session(['ignored']);
    expect(reader.read(frameOf('x'))).toEqual([]);
    expect(accountOf(reader)).toEqual({ ...NOTHING, in: 1, ignored: 1 });
  });

  it('that cannot be read is one refused record with its number, its size and its beginning', () => {
    const { reader, said } = new Session(['ignored', { refusal: UNKNOWN }]);
    reader.read(frameOf('x'));
    const bytes = Buffer.alloc(5000, 'abc');
    expect(reader.read(frameOf(bytes))).toEqual([
      new RefusedItem(UNKNOWN, { head: bytes.subarray(0, 1024), size: 5000, place: { line: 2 } }),
    ]);
    expect(accountOf(reader)).toEqual({ ...NOTHING, in: 2, ignored: 1, rejected: 1 });
    expect(said).toEqual([]);
  });

  it('in which the venue reports a problem is refused, and its words are said', () => {
    const refusal: Refusal = { reason: 'venue_error', detail: '' };
    const { reader, said } = new Session([{ refusal, notice: 'no such symbol' }]);
    expect(reader.read(frameOf('{}'))).toEqual([
      new RefusedItem(refusal, { head: Buffer.from('{}'), size: 2, place: { line: 1 } }),
    ]);
    expect(said).toEqual(['notice no such symbol']);
  });

  it('that was too large is refused without its bytes, and counted like others', () => {
    const { reader } = new Session([{ refusal: UNKNOWN }, { refusal: UNKNOWN }]);
    reader.read(frameOf('x'));
    expect(reader.oversized(16_777_216)).toEqual(
      new RefusedItem({ reason: 'frame_too_long', detail: '' }, { head: Buffer.alloc(0), size: 16_777_216, place: { line: 2 } }),
    );
    expect(reader.read(frameOf('x'))).toMatchObject([{ refused: { place: { line: 3 } } }]);
    expect(accountOf(reader)).toEqual({ ...NOTHING, in: 3, rejected: 3 });
  });

  it('keeps what is refused of it when its buffer is used again', () => {
    const { reader } = new Session([{ refusal: UNKNOWN }, { trades: [trade(WRONG)] }]);
    const bytes = Buffer.from('{"e":1}');
    const items = [...reader.read({ ...frameOf(''), bytes }), ...reader.read({ ...frameOf(''), bytes })];
    bytes.fill(0);
    expect(items).toMatchObject([{ refused: { head: Buffer.from('{"e":1}') } }, { refused: { head: Buffer.from('{"e":1}') } }]);
  });
});

describe('a trade', () => {
  it('that is no tick is refused with its whole frame, and the frame is used', () => {
    const { reader } = new Session([{ trades: [trade(WRONG), trade(tick('A', '1')), trade(WRONG)] }]);
    const refused = new RefusedItem(WRONG, { head: Buffer.from('frame'), size: 5, place: { line: 1 } });
    expect(reader.read(frameOf('frame'))).toEqual([refused, tick('A', '1'), refused]);
    expect(accountOf(reader)).toEqual({ ...NOTHING, in: 1, used: 1 });
  });

  it('that is repeated is ignored and counted', () => {
    const { reader } = new Session([{ trades: [trade(tick('A', '1'), { isRepeated: true }), trade(tick('A', '2'))] }]);
    expect(reader.read(frameOf('x'))).toEqual([IGNORED, tick('A', '2')]);
    expect(accountOf(reader)).toEqual({ ...NOTHING, in: 1, used: 1, repeated: 1 });
  });

  it('with the time of its arrival is counted, where it is a tick that is used', () => {
    const received = { hasReceiveTime: true };
    const { reader } = new Session([
      {
        trades: [
          trade(tick('A', '1'), received),
          trade(WRONG, received),
          trade(tick('A', '2'), { ...received, isRepeated: true }),
          trade(tick('A', '3')),
        ],
      },
    ]);
    reader.read(frameOf('x'));
    expect(accountOf(reader)).toMatchObject({ withReceiveTime: 1, repeated: 1 });
  });
});

describe('trade ids', () => {
  /** What is said of trades of one symbol with these ids. */
  function session(...ids: (string | (Partial<Trade> & { id: string }))[]): Session {
    const trades = ids.map((one) => (typeof one === 'string' ? { id: one } : one));
    const all = new Session(
      trades.map(({ id, ...changes }) => ({ trades: [trade(tick('A', '1', { id }), { numbering: 'trade', ...changes })] })),
    );
    for (const { id } of trades) all.reader.read(frameOf(id));
    return all;
  }

  it('that jump are a gap, and the trade behind it is a tick', () => {
    const { reader, said } = session('5', '6', '9');
    expect(said).toEqual(['gap A 7-8']);
    expect(accountOf(reader)).toMatchObject({ used: 3, gaps: 1, missed: 2n, behind: 0 });
  });

  it('that are behind are counted, and are ticks', () => {
    const { reader, said } = session('5', '5', '4', '6');
    expect(said).toEqual([]);
    expect(accountOf(reader)).toMatchObject({ used: 4, gaps: 0, behind: 2 });
  });

  it('of a repeated trade belong to the gap, because it is not used', () => {
    const { reader, said } = session('5', { id: '8', isRepeated: true }, '9');
    expect(said).toEqual(['gap A 6-8']);
    expect(accountOf(reader)).toMatchObject({ repeated: 1, gaps: 1, missed: 3n });
  });

  it('of all that a frame repeats are one gap, in whatever order they are', () => {
    const repeated = (...ids: string[]): Reading => ({
      trades: ids.map((id) => trade(tick('A', '1', { id }), { numbering: 'trade', isRepeated: true })),
    });
    const used: Reading = { trades: [trade(tick('A', '1', { id: '96' }), { numbering: 'trade' })] };
    for (const ids of [
      ['97', '98', '99', '100'],
      ['100', '99', '98', '97'],
      ['98', '100', '97', '99', '100'],
    ]) {
      const { reader, said } = new Session([used, repeated(...ids)]);
      reader.read(frameOf('x'));
      reader.read(frameOf('x'));
      expect(said, ids.join()).toEqual(['gap A 97-100']);
      expect(accountOf(reader)).toMatchObject({ gaps: 1, missed: 4n, repeated: ids.length });
    }
    const { reader, said } = new Session([used, repeated('97', '99', '98')]);
    reader.read(frameOf('x'));
    reader.read(frameOf('x'));
    expect(said).toEqual(['gap A 97-99']);
    expect(accountOf(reader)).toMatchObject({ gaps: 1, missed: 3n });
  });

  it('of the trades that the first connection repeats are no gap, and those of the next one are', () => {
    const repeated = (id: string): Reading => ({
      trades: [trade(tick('A', '1', { id }), { numbering: 'trade', isRepeated: true })],
    });
    const { reader, said } = new Session([repeated('5'), repeated('8'), repeated('11')]);
    const [first, second] = [frameOf('x'), frameOf('x', { opened: instant('1700000500') })];
    reader.read(first);
    reader.read({ ...first });
    expect(said).toEqual([]);
    reader.read(second);
    expect(said).toEqual(['gap A 9-11']);
  });

  it('of a repeated trade say nothing where it came before', () => {
    const { reader, said } = session('5', '6', { id: '6', isRepeated: true }, '7');
    expect(said).toEqual([]);
    expect(accountOf(reader)).toMatchObject({ gaps: 0, behind: 0 });
  });

  it('that do not count up are no gap', () => {
    const { said } = session(
      { id: '5', numbering: undefined },
      { id: '9', numbering: undefined },
      { id: '1', numbering: 'trade' },
    );
    expect(said).toEqual([]);
  });
});
