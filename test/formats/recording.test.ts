import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, encodeOpened, type RecordedEvent, RecordingReader } from '../../src/lib/formats/recording.js';
import { MAX_FRAME_BYTES } from '../../src/lib/runtime/websocket.js';
import { cut } from '../support/lines.js';

/** The events of a recording, given in these chunks. */
function eventsOf(chunks: readonly (string | Buffer)[]): RecordedEvent[] {
  const reader = new RecordingReader('s.ws');
  const events = chunks.flatMap((chunk) => reader.push(Buffer.from(chunk)));
  return [...events, ...reader.end()];
}

/** The same in short: `connection s.ns`, or `text s.ns bytes`. */
function eventsIn(...chunks: (string | Buffer)[]): string[] {
  return eventsOf(chunks).map(({ time: { s, ns }, ...event }) => {
    const time = `${s}.${String(ns).padStart(9, '0')}`;
    if (event.what === 'opened') return `connection ${time}`;
    return `${event.isBinary ? 'binary' : 'text'} ${time} ${event.bytes.toString('latin1')}`;
  });
}

/** What is thrown for a recording. */
function mistakeIn(...chunks: (string | Buffer)[]): unknown {
  try {
    eventsOf(chunks);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a recording', () => {
  it('has frames with their time in ns', () => {
    expect(eventsIn('1704205801123456789 {"e":"trade"}\n1704205801123456790 []\n')).toEqual([
      'text 1704205801.123456789 {"e":"trade"}',
      'text 1704205801.123456790 []',
    ]);
  });

  it('has frames with their time in s, of any number of digits', () => {
    expect(eventsIn('1704205801: a\n1704205801.5: b\n1704205801.123456: c\n1704205801.123456789: d\n')).toEqual([
      'text 1704205801.000000000 a',
      'text 1704205801.500000000 b',
      'text 1704205801.123456000 c',
      'text 1704205801.123456789 d',
    ]);
  });

  it('has connections, and passes over what the client sent', () => {
    const text = [
      'wss://host/path?x=1 <-> 1704205800.25',
      'wss://host/path?x=1 <- 1704205800.5: {"op":"subscribe"}',
      '1704205800.75: {"op":"subscribe"}',
      'wss://host/path?x=1 <-> 1704205801',
    ].join('\n');
    expect(eventsIn(text)).toEqual([
      'connection 1704205800.250000000',
      'text 1704205800.750000000 {"op":"subscribe"}',
      'connection 1704205801.000000000',
    ]);
  });

  it('may mix all of these, in any order of time', () => {
    expect(eventsIn('1704205802123456789 a\n1704205801.5: b\nws://h/ <-> 1704205800\n')).toEqual([
      'text 1704205802.123456789 a',
      'text 1704205801.500000000 b',
      'connection 1704205800.000000000',
    ]);
  });

  it('may have blank lines, CR before LF, a byte order mark, and no line break at its end', () => {
    expect(eventsIn('\uFEFF\r\n1704205801.5: a\r\n\n  \t\n1704205802.5: b')).toEqual([
      'text 1704205801.500000000 a',
      'text 1704205802.500000000 b',
    ]);
  });

  it('is nothing where it is empty', () => {
    expect(eventsIn('')).toEqual([]);
    expect(eventsIn('\n\n')).toEqual([]);
  });

  it('keeps a frame as it is: spaces, digits, colons, and bytes that are no UTF-8', () => {
    expect(eventsIn('1704205801.5:  a \n1704205801.5: 1704205801.5: b\n1704205801123456789 7\n')).toEqual([
      'text 1704205801.500000000  a ',
      'text 1704205801.500000000 1704205801.5: b',
      'text 1704205801.123456789 7',
    ]);
    const line = Buffer.concat([Buffer.from('1704205801.5: '), Buffer.from([0xff, 0x00, 0xc3])]);
    expect(eventsIn(line)).toEqual(['text 1704205801.500000000 \xff\0\xc3']);
  });

  it('may have empty frames', () => {
    expect(eventsIn('1704205801.5: \n1704205801.5:\n1704205801123456789\n1704205801123456789 \n')).toEqual([
      'text 1704205801.500000000 ',
      'text 1704205801.500000000 ',
      'text 1704205801.123456789 ',
      'text 1704205801.123456789 ',
    ]);
  });

  it('has binary frames, and text that a line cannot hold, in base64', () => {
    expect(eventsIn('1704205801.5: base64:AAEC/w==\n1704205801.5: base64-text:YQpi\n1704205801123456789 base64:\n')).toEqual([
      'binary 1704205801.500000000 \0\x01\x02\xff',
      'text 1704205801.500000000 a\nb',
      'binary 1704205801.123456789 ',
    ]);
  });

  it('hands out frames that stay as they are when the chunk is used again', () => {
    const reader = new RecordingReader('s.ws');
    const chunk = Buffer.from('1704205801.5: abc\n');
    const [event] = reader.push(chunk);
    chunk.fill(0);
    expect(event).toMatchObject({ bytes: Buffer.from('abc') });
  });
});

describe('a damaged recording', () => {
  const WHY = 'it is neither a frame with a time nor a connection';

  it.each([
    ['a frame without a time', '{"e":"trade"}', WHY],
    ['a time alone', '1704205801.5', WHY],
    ['a time in ms', '1704205801123 {}', WHY],
    ['20 digits', '17042058011234567890 {}', WHY],
    ['a time with ten decimals', '1704205801.1234567890: {}', WHY],
    ['a time with 12 digits', '170420580112: {}', WHY],
    ['a negative time', '-1704205801: {}', WHY],
    ['a connection without a time', 'wss://host/ <->', WHY],
    ['a connection with something behind it', 'wss://host/ <-> 1704205801 x', WHY],
    ['a connection at no time', 'wss://host/ <-> now', WHY],
    ['a cut time', '170', WHY],
    ['a header', 'time,frame', WHY],
    ['base64 that is cut', '1704205801.5: base64:AAE', 'its base64 is damaged'],
    ['base64 with another character', '1704205801.5: base64:AA*C', 'its base64 is damaged'],
    ['base64 with a space at its end', '1704205801.5: base64:AAEC ', 'its base64 is damaged'],
    ['base64 of text that is damaged', '1704205801.5: base64-text:====', 'its base64 is damaged'],
  ])('with %s says which line it is', (_, line, why) => {
    const error = { code: 'bad_data', message: `s.ws: line 3 is no line of a recorded session: ${why}` };
    expect(mistakeIn(`1704205801.5: a\n\n${line}\n1704205801.5: b\n`)).toMatchObject(error);
    // Wherever it stands.
    expect(mistakeIn(`1704205801.5: a\n\n${line}`)).toMatchObject(error);
  });

  it('still hands out what stands before', () => {
    const reader = new RecordingReader('s.ws');
    expect(() => reader.push(Buffer.from('1704205801.5: a\nws://h/ <-> 1704205802\nx\n1704205803: b\n'))).toThrow('line 3');
    expect(reader.takeEvents().map(({ what }) => what)).toEqual(['frame', 'opened']);
    expect(reader.takeEvents()).toEqual([]);
  });

  it('has a line that is too long', () => {
    const mebibyte = Buffer.alloc(1024 * 1024, 'A');
    const chunks = ['1704205801.5: a\n', '1704205801.5: base64:', ...Array<Buffer>(23).fill(mebibyte), '\n'];
    const size = 23 * mebibyte.length + '1704205801.5: base64:'.length;
    expect(mistakeIn(...chunks)).toMatchObject({
      code: 'bad_data',
      message: expect.stringMatching(
        `^s.ws: line 2 is no line of a recorded session: it has ${size} bytes, and at most \\d+ are read$`,
      ) as string,
    });
  });

  it('has a frame that is larger than one can come', () => {
    const why = {
      code: 'bad_data',
      message: `s.ws: line 1 is no line of a recorded session: a frame has at most ${MAX_FRAME_BYTES} bytes`,
    };
    const large = Buffer.alloc(MAX_FRAME_BYTES + 1, 'a');
    expect(mistakeIn('1704205801.5: ', large)).toMatchObject(why);
    expect(mistakeIn('1704205801.5: base64:', large.toString('base64'))).toMatchObject(why);
    expect(mistakeIn('1704205801.5: ', large.subarray(1))).toBeUndefined();
  });
});

describe('an encoded connection', () => {
  it('has its time with nine decimals', () => {
    expect(encodeOpened(new URL('wss://host:9443/a/b'), { s: 1704205800, ns: 5 })).toBe(
      'wss://host:9443/a/b <-> 1704205800.000000005\n',
    );
  });

  it('holds nothing of an address that may be secret', () => {
    const url = new URL('wss://user:password@host/path?api_key=secret&token=hidden#fragment');
    expect(encodeOpened(url, { s: 1704205800, ns: 0 })).toBe('wss://host/path <-> 1704205800.000000000\n');
  });

  it('is read as what it was', () => {
    expect(eventsIn(encodeOpened(new URL('ws://127.0.0.1:5/?a b=c d'), { s: 1704205800, ns: 123456789 }))).toEqual([
      'connection 1704205800.123456789',
    ]);
  });
});

describe('an encoded frame', () => {
  const time = { s: 1704205801, ns: 20_000_000 };
  const encoded = (text: string, isBinary = false): string => encodeFrame(Buffer.from(text), isBinary, time).toString();

  it('is plain where it is text in one line', () => {
    expect(encoded('{"e":"ü"}')).toBe('1704205801.020000000: {"e":"ü"}\n');
    expect(encoded('')).toBe('1704205801.020000000: \n');
  });

  it.each([
    ['binary', 'abc', true, 'base64:YWJj'],
    ['binary and empty', '', true, 'base64:'],
    ['text with LF', 'a\nb', false, 'base64-text:YQpi'],
    ['text with CR at its end', 'a\r', false, 'base64-text:YQ0='],
    ['text that begins like a mark', 'base64:AAEC', false, 'base64-text:YmFzZTY0OkFBRUM='],
    ['text that begins like the other mark', 'base64-text:', false, 'base64-text:YmFzZTY0LXRleHQ6'],
  ])('is in base64 where it is %s', (_, text, isBinary, line) => {
    expect(encoded(text, isBinary)).toBe(`1704205801.020000000: ${line}\n`);
  });

  it('of the largest size is read, of either kind', () => {
    const bytes = Buffer.alloc(MAX_FRAME_BYTES, '\n');
    for (const isBinary of [true, false]) {
      const [event] = eventsOf([encodeFrame(bytes, isBinary, { s: 99_999_999_999, ns: 999_999_999 })]);
      if (event?.what !== 'frame') throw new Error('no frame');
      expect(event.isBinary).toBe(isBinary);
      expect(event.bytes.equals(bytes)).toBe(true);
    }
  });

  it('is read as what it was, whatever it holds and wherever the chunks end', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          'base64',
          'base64:',
          'base64-text:',
          '\n',
          '\r',
          '\r\n',
          ' ',
          '\uFEFF',
          '1704205801.5: ',
          ' <-> 1',
          '{"a":1}',
          'ü',
        )
        .map((text) => Buffer.from(text)),
    );
    const event = fc.record({
      bytes: fc.array(piece, { maxLength: 4 }).map((pieces) => Buffer.concat(pieces)),
      isBinary: fc.boolean(),
      time: fc.record({ s: fc.integer({ min: 0, max: 4_102_444_799 }), ns: fc.integer({ min: 0, max: 999_999_999 }) }),
      isOpening: fc.boolean(),
    });
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8, size: 'max' }), sizes, (events, chunkSizes) => {
        const recorded = events.map(({ isOpening, bytes, isBinary, time: when }) =>
          isOpening ? { what: 'opened', time: when } : { what: 'frame', time: when, bytes, isBinary },
        );
        const lines = events.map(({ isOpening, bytes, isBinary, time: when }) =>
          isOpening ? Buffer.from(encodeOpened(new URL('wss://h/p'), when)) : encodeFrame(bytes, isBinary, when),
        );
        expect(eventsOf(cut(Buffer.concat(lines), chunkSizes))).toEqual(recorded);
      }),
      { numRuns: 300 },
    );
  });
});
