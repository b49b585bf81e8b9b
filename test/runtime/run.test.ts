import { describe, expect, it, vi } from 'vitest';
import { ClosedPipeError, QfError } from '../../src/lib/runtime/errors.js';
import { type Job, type RunReport, runStage } from '../../src/lib/runtime/run.js';
import { HandClock, settled } from '../support/clock.js';
import { Echo } from '../support/echo.js';
import { FailingSink, GatedSink, HandSource, ListSource, MemorySink } from '../support/memory.js';

/** A run of an echo from a source to a sink; everything else may be set. */
function start(changes: Partial<Job<string>>): Promise<RunReport> {
  return runStage({
    source: new ListSource<string>([]),
    processor: new Echo(),
    sinks: [],
    rejects: undefined,
    clock: new HandClock(1000),
    stop: new AbortController().signal,
    ...changes,
  });
}

/** Says when it is told that its input was left. */
class Cut extends Echo {
  cut(): void {
    this.push('cut', 0);
  }
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, number) => String(number));
}

describe('a run', () => {
  it('takes every batch, ends the processor, writes everything and closes the sinks', async () => {
    const [sink, rejects] = [new MemorySink(), new MemorySink()];
    const processor = new Echo();
    processor.rejectOn = 'b';
    const report = await start({ source: new ListSource(['a', 'b']), processor, sinks: [sink], rejects });
    expect(sink.text).toBe('a@1000\nb@1000\nend\n');
    expect(rejects.text).toBe('no b\n');
    expect(sink.isClosed && rejects.isClosed).toBe(true);
    expect(report).toMatchObject({
      ended: 'end',
      error: undefined,
      written: { records: 3, bytes: 18 },
      unwritten: { records: 0, bytes: 0 },
    });
    expect(report.counts.in).toBe(2);
  });

  it('tells the processor where nobody keeps what is refused', async () => {
    const asked = [undefined, new MemorySink()].map(async (rejects) => {
      const processor = new Echo();
      const forgetRejects = vi.fn();
      await start({ processor: Object.assign(processor, { forgetRejects }), rejects });
      return forgetRejects.mock.calls.length;
    });
    expect(await Promise.all(asked)).toEqual([1, 0]);
  });

  it('ends an empty input like any other', async () => {
    const sink = new MemorySink();
    const report = await start({ sinks: [sink] });
    expect(sink.text).toBe('end\n');
    expect(report.ended).toBe('end');
  });

  it('says how long it took, by its clock', async () => {
    const clock = new HandClock(5000);
    const source = new HandSource<string>();
    const running = start({ source, clock });
    await settled();
    clock.moveTo(7500);
    source.end();
    expect((await running).elapsed_ms).toBe(2500);
  });
});

describe('backpressure', () => {
  it('stops the source after a bounded number of batches while a sink takes nothing, and loses nothing', async () => {
    const source = new ListSource(numbers(1000));
    const sink = new GatedSink();
    const running = start({ source, sinks: [sink] });
    await settled();
    const before = source.handedOut;
    await settled();
    expect(source.handedOut).toBe(before);
    expect(before).toBeGreaterThan(0);
    sink.open();
    const report = await running;
    const { input, output } = report.queues;
    // One batch in each queue's place, and one each in the hands of the reader, the loop and the writer.
    expect(before).toBeLessThanOrEqual(input.capacity + output.capacity + 3);
    expect(input.peak).toBeLessThanOrEqual(input.capacity);
    expect(output.peak).toBeLessThanOrEqual(output.capacity);
    expect(sink.text).toBe(
      `${numbers(1000)
        .map((number) => `${number}@1000\n`)
        .join('')}end\n`,
    );
  });
});

describe('a stop', () => {
  it('reads no more, finishes what was read, and names the signal', async () => {
    const controller = new AbortController();
    const source = new HandSource<string>();
    const sink = new MemorySink();
    const running = start({ source, sinks: [sink], stop: controller.signal });
    source.give('a');
    await settled();
    controller.abort('SIGTERM');
    const report = await running;
    expect(report).toMatchObject({ ended: 'SIGTERM', error: undefined });
    expect(sink.text).toBe('a@1000\nend\n');
    expect(sink.isClosed).toBe(true);
  });

  it('lets the processor drop what has begun before it ends, which an end of the input does not', async () => {
    const controller = new AbortController();
    const source = new HandSource<string>();
    const sink = new MemorySink();
    const running = start({ source, processor: new Cut(), sinks: [sink], stop: controller.signal });
    controller.abort('SIGINT');
    await running;
    expect(sink.text).toBe('cut@0\nend\n');
    const atEnd = new MemorySink();
    await start({ processor: new Cut(), sinks: [atEnd] });
    expect(atEnd.text).toBe('end\n');
  });

  it('drains what waits in the queues', async () => {
    const controller = new AbortController();
    const source = new ListSource(numbers(1000));
    const sink = new GatedSink();
    const running = start({ source, sinks: [sink], stop: controller.signal });
    await settled();
    controller.abort('SIGINT');
    sink.open();
    const report = await running;
    expect(report.ended).toBe('SIGINT');
    expect(source.handedOut).toBeLessThan(20);
    expect(sink.text).toBe(
      `${numbers(source.handedOut)
        .map((number) => `${number}@1000\n`)
        .join('')}end\n`,
    );
    expect(report.unwritten).toEqual({ records: 0, bytes: 0 });
  });
});

describe('a closed pipe', () => {
  it('ends the run at once without an error', async () => {
    const source = new ListSource(numbers(1000));
    const sink = new FailingSink(1, new ClosedPipeError('gone'));
    const report = await start({ source, sinks: [sink] });
    expect(report).toMatchObject({ ended: 'closed_pipe', error: undefined });
    expect(source.handedOut).toBeLessThan(20);
    expect(sink.text).toBe('0@1000\n');
  });

  it('also ends a source that would wait for more', async () => {
    const source = new HandSource<string>();
    const running = start({ source, sinks: [new FailingSink(0, new ClosedPipeError('gone'))] });
    source.give('a');
    await settled();
    source.give('b');
    expect((await running).ended).toBe('closed_pipe');
  });
});

describe('failures', () => {
  it('of the source are reported behind what it gave before; the processor does not end as if all had come', async () => {
    const failure = new QfError('io', 'cannot read');
    const sink = new MemorySink();
    const report = await start({ source: new ListSource(['a', 'b'], failure), sinks: [sink] });
    expect(report).toMatchObject({ ended: 'error', error: failure });
    expect(sink.text).toBe('a@1000\nb@1000\n');
    expect(sink.isClosed).toBe(true);
  });

  it('of the processor are reported behind what it had finished', async () => {
    const processor = new Echo();
    processor.failOn = 'b';
    const sink = new MemorySink();
    const source = new ListSource(numbers(0).concat('a', 'b', 'c'));
    const report = await start({ source, processor, sinks: [sink] });
    expect(report.ended).toBe('error');
    expect(report.error).toEqual(new Error('cannot take b'));
    expect(sink.text).toBe('a@1000\nb@1000\n');
  });

  it('of a sink are reported with what was written and what was not', async () => {
    const failure = new QfError('io', 'disk full');
    const source = new ListSource(['a', 'b', 'c']);
    const sink = new FailingSink(2, failure);
    const report = await start({ source, sinks: [sink] });
    expect(report).toMatchObject({ ended: 'error', error: failure, written: { records: 2, bytes: 14 } });
    expect(sink.text).toBe('a@1000\nb@1000\n');
    expect(report.unwritten.records).toBeGreaterThan(0);
    expect(report.unwritten.bytes).toBeGreaterThanOrEqual(7);
    expect(report.written.records + report.unwritten.records).toBeLessThanOrEqual(4);
  });

  it('of a sink stop a source that would never end', async () => {
    const source = new HandSource<string>();
    const running = start({ source, sinks: [new FailingSink(0, new QfError('io', 'disk full'))] });
    source.give('a');
    await settled();
    source.give('b');
    expect(await running).toMatchObject({ ended: 'error', written: { records: 0 }, unwritten: { records: 2 } });
  });

  it('of a sink leave the input where it is', async () => {
    const source = new HandSource<string>();
    const processor = new Cut();
    const running = start({ source, processor, sinks: [new FailingSink(0, new ClosedPipeError())] });
    source.give('a');
    expect((await running).ended).toBe('closed_pipe');
    // The batch, and what `cut` has taken.
    expect(processor.counts.used).toBe(2);
  });
});

describe('waking', () => {
  it('calls onTime at the time that the processor asked for, when nothing came before', async () => {
    const clock = new HandClock(1000);
    const source = new HandSource<string>();
    const processor = new Echo();
    processor.wake_ms = 1500;
    const sink = new MemorySink();
    const running = start({ source, processor, clock, sinks: [sink] });
    await settled();
    expect(clock.waitedFor_ms).toEqual([1500]);
    clock.moveTo(1499);
    await settled();
    expect(sink.text).toBe('');
    clock.moveTo(1500);
    await settled();
    expect(sink.text).toBe('time@1500\n');
    expect(clock.waitedFor_ms).toEqual([]);
    source.end();
    await running;
    expect(sink.text).toBe('time@1500\nend\n');
  });

  it('takes a batch that comes before, and then no longer waits for the old time', async () => {
    const clock = new HandClock(1000);
    const source = new HandSource<string>();
    const processor = new Echo();
    processor.wake_ms = 1500;
    const sink = new MemorySink();
    const running = start({ source, processor, clock, sinks: [sink] });
    await settled();
    clock.moveTo(1200);
    processor.wake_ms = undefined;
    source.give('a');
    await settled();
    expect(sink.text).toBe('a@1200\n');
    expect(clock.waitedFor_ms).toEqual([]);
    clock.moveTo(9000);
    source.end();
    await running;
    expect(sink.text).toBe('a@1200\nend\n');
  });

  it('ends with the input, whatever time was asked for', async () => {
    const source = new HandSource<string>();
    const processor = new Echo();
    processor.wake_ms = 1500;
    const sink = new MemorySink();
    const running = start({ source, processor, sinks: [sink] });
    await settled();
    source.end();
    expect((await running).ended).toBe('end');
    expect(sink.text).toBe('end\n');
  });

  it('happens behind the batches that already wait', async () => {
    const source = new HandSource<string>();
    const processor = new Echo();
    const sink = new GatedSink();
    const running = start({ source, processor, sinks: [sink] });
    for (const batch of numbers(10)) source.give(batch);
    await settled();
    processor.wake_ms = 500;
    sink.open();
    await settled();
    const batches = numbers(10)
      .map((number) => `${number}@1000\n`)
      .join('');
    expect(sink.text).toBe(`${batches}time@1000\n`);
    source.end();
    await running;
  });
});
