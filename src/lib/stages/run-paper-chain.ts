import type { Output, Processor, Produced } from '../runtime/processor.js';

/** A stage of a chain. */
export interface Link {
  readonly name: string;
  readonly processor: Processor<Buffer>;
}

/** Stages one behind the other: what one has written the next one reads at once, as through a pipe. What is refused is collected. */
export class Chain {
  readonly links: readonly Link[];
  private readonly seen: (name: string, written: Output) => void;
  private rejects: Output[] = [];

  /** `seen` is shown what each stage has written. */
  constructor(links: readonly Link[], seen: (name: string, written: Output) => void) {
    this.links = links;
    this.seen = seen;
  }

  /** Gives bytes to the stage at `from`, and gives back what the last one has written. */
  push(bytes: Buffer, arrival_ms: number, from = 0): Output {
    let next: Output = { bytes, records: 0 };
    for (const link of this.links.slice(from)) {
      if (next.bytes.length === 0) return { bytes: next.bytes, records: 0 };
      link.processor.push(next.bytes, arrival_ms);
      next = this.collect(link);
    }
    return next;
  }

  /** Tells the first stage that all its inputs have passed a time, and gives back what the last one has then written. */
  passThrough(through_s: number, arrival_ms: number): Output {
    const [first] = this.links;
    first?.processor.passThrough?.(through_s);
    return first === undefined ? joined([]) : this.push(this.collect(first).bytes, arrival_ms, 1);
  }

  /** Ends each stage when all before it have ended, and gives back what the last one has then written. */
  end(arrival_ms: number): Output[] {
    return this.links.flatMap((link, index) => {
      link.processor.end();
      return [this.push(this.collect(link).bytes, arrival_ms, index + 1)];
    });
  }

  takeRejects(): Output {
    const taken = joined(this.rejects);
    this.rejects = [];
    return taken;
  }

  /** Adds what was refused behind the last stage. */
  addRejects(rejects: Output): void {
    if (rejects.records > 0) this.rejects.push(rejects);
  }

  private collect({ name, processor }: Link): Output {
    const { output, rejects }: Produced = processor.take();
    this.addRejects(rejects);
    if (output.records > 0) this.seen(name, output);
    return output;
  }
}

/** Several outputs as one. */
export function joined(outputs: readonly Output[]): Output {
  return {
    bytes: Buffer.concat(outputs.map(({ bytes }) => bytes)),
    records: outputs.reduce((sum, { records }) => sum + records, 0),
  };
}
