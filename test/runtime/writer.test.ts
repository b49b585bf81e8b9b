import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { ClosedPipeError } from '../../src/lib/runtime/errors.js';
import type { Produced } from '../../src/lib/runtime/processor.js';
import { Writer } from '../../src/lib/runtime/writer.js';
import { settled } from '../support/clock.js';
import { FailingSink, GatedSink, MemorySink } from '../support/memory.js';

function lines(output: string, rejects = ''): Produced {
  const of = (text: string) => ({ bytes: Buffer.from(text), records: text === '' ? 0 : text.trimEnd().split('\n').length });
  return { output: of(output), rejects: of(rejects) };
}

describe('Writer', () => {
  it('writes output and rejects in order, each to its place, and closes them', async () => {
    const [out, rejects] = [new MemorySink(), new MemorySink()];
    const writer = new Writer([out], rejects, systemClock);
    await writer.put(lines('a\nb\n', 'x\n'));
    await writer.put(lines('c\n'));
    await writer.put(lines('', 'y\n'));
    await writer.finish();
    expect(out.text).toBe('a\nb\nc\n');
    expect(rejects.text).toBe('x\ny\n');
    expect(out.isClosed && rejects.isClosed).toBe(true);
    expect(writer.written).toEqual({ records: 3, bytes: 6 });
    expect(writer.unwritten).toEqual({ records: 0, bytes: 0 });
  });

  it('writes the same to several sinks', async () => {
    const sinks = [new MemorySink(), new MemorySink()];
    const writer = new Writer(sinks, undefined, systemClock);
    await writer.put(lines('a\n', 'never seen\n'));
    await writer.finish();
    expect(sinks.map(({ text }) => text)).toEqual(['a\n', 'a\n']);
  });

  it('gives memory back once every sink has what is in it', async () => {
    const [first, last] = [new MemorySink(), new GatedSink()];
    const writer = new Writer([first, last], undefined, systemClock);
    const bytes = Buffer.from('a\n');
    const release = vi.fn(() => bytes.fill('x'));
    await writer.put({ ...lines(''), output: { bytes, records: 1, release } });
    await settled();
    expect(first.text).toBe('a\n');
    expect(release).not.toHaveBeenCalled();
    last.open();
    await writer.finish();
    expect(release).toHaveBeenCalledOnce();
    expect(last.text).toBe('a\n');
  });

  it('writes nothing where nothing was produced', async () => {
    const sink = new MemorySink();
    const writer = new Writer([sink], undefined, systemClock);
    await writer.put(lines(''));
    await writer.finish();
    expect(sink.chunks).toEqual([]);
  });

  it('makes who produces wait while the sink is slow, within its capacity', async () => {
    const sink = new GatedSink();
    const writer = new Writer([sink], undefined, systemClock);
    let puts = 0;
    const produce = async (): Promise<void> => {
      for (; puts < 50; puts++) await writer.put(lines(`${puts}\n`));
    };
    const producing = produce();
    await settled();
    expect(puts).toBeLessThanOrEqual(writer.queue.capacity + 1);
    expect(writer.written.records).toBe(0);
    sink.open();
    await producing;
    await writer.finish();
    expect(sink.text).toBe([...Array(50).keys()].map((number) => `${number}\n`).join(''));
  });

  it('counts what has not reached every sink as unwritten, and throws the failure to the next put and at the end', async () => {
    const good = new MemorySink();
    const failure = new Error('disk full');
    const writer = new Writer([good, new FailingSink(1, failure)], undefined, systemClock);
    await writer.put(lines('a\n'));
    await writer.put(lines('b\nc\n'));
    await settled();
    await expect(writer.put(lines('d\n'))).rejects.toBe(failure);
    await expect(writer.finish()).rejects.toBe(failure);
    expect(writer.written).toEqual({ records: 1, bytes: 2 });
    expect(writer.unwritten).toEqual({ records: 3, bytes: 6 });
    expect(good.isClosed).toBe(true);
  });

  it('lets a producer go that waits when the sink fails', async () => {
    const sink = new MemorySink();
    let fail: (error: Error) => void = () => undefined;
    sink.write = () => new Promise((_, reject) => (fail = reject));
    const writer = new Writer([sink], undefined, systemClock);
    const produce = async (): Promise<void> => {
      for (;;) await writer.put(lines('a\n'));
    };
    const producing = expect(produce()).rejects.toBeInstanceOf(ClosedPipeError);
    await settled();
    fail(new ClosedPipeError('gone'));
    await producing;
    await expect(writer.finish()).rejects.toBeInstanceOf(ClosedPipeError);
    expect(writer.unwritten.records).toBeGreaterThan(writer.queue.capacity);
  });

  it('fails where a sink cannot be closed, after it has tried to close the others', async () => {
    const [bad, good] = [new MemorySink(), new MemorySink()];
    bad.close = () => Promise.reject(new Error('cannot close'));
    const writer = new Writer([bad, good], undefined, systemClock);
    await writer.put(lines('a\n'));
    await expect(writer.finish()).rejects.toThrow('cannot close');
    expect(good.isClosed).toBe(true);
  });

  it('fails where the rejects cannot be written', async () => {
    const writer = new Writer([new MemorySink()], new FailingSink(0, new Error('disk full')), systemClock);
    await writer.put(lines('a\n', 'x\n'));
    await expect(writer.finish()).rejects.toThrow('disk full');
  });
});
