import { describe, expect, it } from 'vitest';
import type { Sink } from '../../src/lib/runtime/transport.js';
import { Recorder } from '../../src/lib/venues/recorder.js';
import { settled } from '../support/clock.js';
import { instant } from '../support/venues.js';

const MEBIBYTE = Buffer.alloc(1024 * 1024, 'x');
const TIME = instant('1700000000.25');

/** A file whose writes end when the test says so. */
class SlowSink implements Sink {
  readonly name = 'slow';
  readonly written: Buffer[] = [];
  isClosed = false;
  private finish: ((error?: Error) => void) | undefined;

  write(bytes: Buffer): Promise<void> {
    expect(this.finish, 'one write at a time').toBeUndefined();
    this.written.push(Buffer.from(bytes));
    return new Promise((resolve, reject) => {
      this.finish = (error) => {
        if (error === undefined) resolve();
        else reject(error);
      };
    });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** Ends the write that is under way. */
  async end(error?: Error): Promise<void> {
    const finish = this.finish;
    this.finish = undefined;
    finish?.(error);
    await settled();
  }

  get text(): string {
    return Buffer.concat(this.written).toString();
  }
}

describe('a recorder', () => {
  it('writes connections and frames in the order in which they came', async () => {
    const sink = new SlowSink();
    const recorder = new Recorder(sink);
    recorder.opened(new URL('wss://host/feed?token=secret'), instant('1700000000'));
    recorder.frame(Buffer.from('{"e":1}'), false, TIME);
    recorder.frame(Buffer.from([0, 1]), true, TIME);
    recorder.frame(Buffer.from('a\nb'), false, TIME);
    await settled();
    await sink.end();
    expect(sink.text).toBe(
      [
        'wss://host/feed <-> 1700000000.000000000',
        '1700000000.250000000: {"e":1}',
        '1700000000.250000000: base64:AAE=',
        '1700000000.250000000: base64-text:YQpi',
        '',
      ].join('\n'),
    );
  });

  it('keeps nobody waiting: what comes during a write is written at once behind it', async () => {
    const sink = new SlowSink();
    const recorder = new Recorder(sink);
    recorder.frame(Buffer.from('1'), false, TIME);
    await settled();
    recorder.frame(Buffer.from('2'), false, TIME);
    recorder.frame(Buffer.from('3'), false, TIME);
    await settled();
    expect(sink.written).toHaveLength(1);
    await sink.end();
    expect(sink.written.map(String)).toEqual(['1700000000.250000000: 1\n', '1700000000.250000000: 2\n1700000000.250000000: 3\n']);
  });

  it('keeps a frame as it was when its buffer is used again', async () => {
    const sink = new SlowSink();
    const recorder = new Recorder(sink);
    const bytes = Buffer.from('abc');
    recorder.frame(bytes, false, TIME);
    bytes.fill(0);
    await settled();
    expect(sink.text).toBe('1700000000.250000000: abc\n');
  });

  it('is closed when everything is written', async () => {
    const sink = new SlowSink();
    const recorder = new Recorder(sink);
    recorder.frame(Buffer.from('1'), false, TIME);
    let isOver = false;
    const closing = recorder.close().then(() => (isOver = true));
    await settled();
    recorder.frame(Buffer.from('2'), false, TIME);
    await sink.end();
    expect([isOver, sink.isClosed]).toEqual([false, false]);
    await sink.end();
    await closing;
    expect(sink.isClosed).toBe(true);
    expect(sink.text).toBe('1700000000.250000000: 1\n1700000000.250000000: 2\n');
  });

  it('is closed where nothing came', async () => {
    const sink = new SlowSink();
    await new Recorder(sink).close();
    expect([sink.isClosed, sink.text]).toEqual([true, '']);
  });
});

describe('a recorder whose file is slow', () => {
  it('is behind from 8 MiB on, and says when there is room again', async () => {
    const sink = new SlowSink();
    const recorder = new Recorder(sink);
    let rooms = 0;
    recorder.onRoom = () => {
      expect(recorder.isBehind).toBe(false);
      rooms++;
    };
    for (let frame = 0; frame < 7; frame++) recorder.frame(MEBIBYTE, false, TIME);
    await settled();
    expect(recorder.isBehind).toBe(false);
    recorder.frame(MEBIBYTE, false, TIME);
    expect(recorder.isBehind).toBe(true);
    expect(rooms).toBe(0);
    await sink.end();
    expect([recorder.isBehind, rooms]).toEqual([false, 1]);
    await sink.end();
    expect(rooms).toBe(1);
  });

  it('does not say so where it never was behind', async () => {
    const sink = new SlowSink();
    const recorder = new Recorder(sink);
    recorder.onRoom = () => {
      throw new Error('there was always room');
    };
    recorder.frame(MEBIBYTE, false, TIME);
    await settled();
    await sink.end();
    await recorder.close();
    expect(sink.isClosed).toBe(true);
  });

  it('can be behind again, and says so again', async () => {
    const sink = new SlowSink();
    const recorder = new Recorder(sink);
    let rooms = 0;
    recorder.onRoom = () => rooms++;
    for (let round = 1; round <= 3; round++) {
      for (let frame = 0; frame < 9; frame++) recorder.frame(MEBIBYTE, false, TIME);
      expect(recorder.isBehind).toBe(true);
      await settled();
      await sink.end();
      expect(rooms).toBe(round);
    }
  });
});

describe('a recorder whose file cannot be written', () => {
  it('says why at once and when it is closed, and writes nothing more', async () => {
    const sink = new SlowSink();
    const recorder = new Recorder(sink);
    const failures: unknown[] = [];
    recorder.onFailure = (error) => failures.push(error);
    recorder.frame(Buffer.from('1'), false, TIME);
    await settled();
    recorder.frame(Buffer.from('2'), false, TIME);
    const full = new Error('the disk is full');
    await sink.end(full);
    expect(failures).toEqual([full]);
    recorder.frame(Buffer.from('3'), false, TIME);
    recorder.opened(new URL('wss://host/'), TIME);
    await settled();
    expect(sink.written).toHaveLength(1);
    await expect(recorder.close()).rejects.toBe(full);
  });

  it('throws it also where nobody listens', async () => {
    const sink = new SlowSink();
    const recorder = new Recorder(sink);
    recorder.frame(Buffer.from('1'), false, TIME);
    await settled();
    await sink.end(new Error('the disk is full'));
    await expect(recorder.close()).rejects.toThrow('the disk is full');
  });
});
