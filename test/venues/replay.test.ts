import { describe, expect, it } from 'vitest';
import type { FileAccess } from '../../src/lib/runtime/stage.js';
import type { SessionStep } from '../../src/lib/runtime/websocket.js';
import { Replay } from '../../src/lib/venues/replay.js';
import { HandClock, settled } from '../support/clock.js';
import { contextWith } from '../support/context.js';
import { instant } from '../support/venues.js';

/** A file of these chunks; an error among them is thrown in its place. */
function filesOf(chunks: readonly (string | Error)[]): FileAccess {
  return {
    ...contextWith().files,
    async *open() {
      for (const chunk of chunks) {
        if (chunk instanceof Error) throw chunk;
        yield await Promise.resolve(Buffer.from(chunk));
      }
    },
  };
}

/** A replay at work: what was served so far, and how it ended. */
class Playing {
  readonly clock = new HandClock(5_000_000);
  readonly stop = new AbortController();
  readonly replay: Replay;
  readonly served: string[] = [];
  error: unknown;
  isOver = false;

  constructor(chunks: readonly (string | Error)[], pace = Infinity) {
    this.replay = new Replay('s.ws', pace, { files: filesOf(chunks), clock: this.clock });
    void this.run();
  }

  /** Moves the clock to so many ms behind its start. */
  async moveTo(offset_ms: number): Promise<void> {
    await settled();
    this.clock.moveTo(5_000_000 + offset_ms);
    await settled();
  }

  private async run(): Promise<void> {
    try {
      for await (const step of this.replay.steps(this.stop.signal)) this.served.push(textOf(step));
    } catch (error) {
      this.error = error;
    }
    this.isOver = true;
  }
}

function textOf(step: SessionStep): string {
  return step.what === 'reconnect' ? 'reconnect' : `${step.isBinary ? 'binary ' : ''}${step.bytes.toString('latin1')}`;
}

async function play(...chunks: readonly (string | Error)[]): Promise<Playing> {
  const playing = new Playing(chunks);
  await settled();
  expect(playing.isOver).toBe(true);
  return playing;
}

describe('a recorded session', () => {
  it('is served frame by frame, with a new connection at each but the first', async () => {
    const { served, error } = await play(
      'ws://h/ <-> 1700000000\n1700000001: a\n1700000002: base64:/w==\nws://h/ <- 1700000003: sent\n' +
        'ws://h/ <-> 1700000004\n1700000005: b\nws://h/ <-> 1700000006\nws://h/ <-> 1700000007\n1700000008: c\n',
    );
    expect(served).toEqual(['a', 'binary \xff', 'reconnect', 'b', 'reconnect', 'reconnect', 'c']);
    expect(error).toBeUndefined();
  });

  it('may come in chunks that end anywhere, and without a line break at its end', async () => {
    const { served } = await play('170000', '0001: a', 'b\n17', '00000002:', ' c');
    expect(served).toEqual(['ab', 'c']);
  });

  it('may be empty', async () => {
    expect(await play()).toMatchObject({ served: [], error: undefined });
  });
});

describe('the times of a frame that is received', () => {
  it('are those of the recording, in the order in which frames were served', async () => {
    const { replay } = await play(
      'ws://h/ <-> 1700000000.5\n1700000001.000000001: a\n1700000002123456789 b\nws://h/ <-> 1700000004\n1700000005: c\n',
    );
    expect([replay.nextStamp(), replay.nextStamp(), replay.nextStamp()]).toEqual([
      { received: instant('1700000001.000000001'), opened: instant('1700000000.5') },
      { received: instant('1700000002.123456789'), opened: instant('1700000000.5') },
      { received: instant('1700000005'), opened: instant('1700000004') },
    ]);
    expect(() => replay.nextStamp()).toThrow('a frame was received that was not sent');
  });

  it('have the first frame as the opening where none was recorded', async () => {
    const { replay, served } = await play('1700000001.5: a\n1700000002: b\nws://h/ <-> 1700000004\n1700000005: c\n');
    expect(served).toEqual(['a', 'b', 'reconnect', 'c']);
    expect([replay.nextStamp(), replay.nextStamp(), replay.nextStamp()].map(({ opened }) => opened)).toEqual([
      instant('1700000001.5'),
      instant('1700000001.5'),
      instant('1700000004'),
    ]);
  });
});

describe('a session that is damaged', () => {
  it('is served up to the damage, and then says which line it is', async () => {
    const { served, error } = await play('1700000001: a\n1700000002: b\nnonsense\n1700000003: c\n');
    expect(served).toEqual(['a', 'b']);
    expect(error).toMatchObject({
      code: 'bad_data',
      message: 's.ws: line 3 is no line of a recorded session: it is neither a frame with a time nor a connection',
    });
  });

  it('is so also where its last line is cut', async () => {
    const { served, error } = await play('1700000001: a\n', '1700000002: base64:AA', 'E');
    expect(served).toEqual(['a']);
    expect(error).toMatchObject({ code: 'bad_data', message: expect.stringMatching(/^s\.ws: line 2 /) as string });
  });

  it('is served up to where its file cannot be read, which is thrown as it is', async () => {
    const broken = new Error('the disk is broken');
    const { served, error } = await play('1700000001: a\n1700000002: b', broken);
    expect(served).toEqual(['a']);
    expect(error).toBe(broken);
  });
});

describe('the pace', () => {
  const TEXT = 'ws://h/ <-> 1700000000\n1700000001: a\n1700000003.5: b\nws://h/ <-> 1700000004\n1700000005: c\n';

  it('is that of the recording from its first line on', async () => {
    const playing = new Playing([TEXT], 1);
    await settled();
    expect(playing.served).toEqual([]);
    await playing.moveTo(999);
    expect(playing.served).toEqual([]);
    await playing.moveTo(1000);
    expect(playing.served).toEqual(['a']);
    await playing.moveTo(3499);
    expect(playing.served).toEqual(['a']);
    await playing.moveTo(3500);
    expect(playing.served).toEqual(['a', 'b']);
    await playing.moveTo(4000);
    expect(playing.served).toEqual(['a', 'b', 'reconnect']);
    await playing.moveTo(5000);
    expect(playing).toMatchObject({ served: ['a', 'b', 'reconnect', 'c'], isOver: true });
  });

  it('may be a multiple of it', async () => {
    const playing = new Playing([TEXT], 10);
    await playing.moveTo(100);
    expect(playing.served).toEqual(['a']);
    await playing.moveTo(500);
    expect(playing).toMatchObject({ served: ['a', 'b', 'reconnect', 'c'], isOver: true });
  });

  it('does not change the times that are seen', async () => {
    const playing = new Playing([TEXT], 10);
    await playing.moveTo(100);
    expect(playing.replay.nextStamp()).toEqual({ received: instant('1700000001'), opened: instant('1700000000') });
    playing.stop.abort();
    await settled();
    expect(playing.isOver).toBe(true);
  });

  it('is left at a stop, and nothing more is served', async () => {
    const playing = new Playing([TEXT], 1);
    await playing.moveTo(1000);
    playing.stop.abort();
    await settled();
    expect(playing).toMatchObject({ served: ['a'], isOver: true, error: undefined });
  });
});
