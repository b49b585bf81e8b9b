/** What is filled with records and then sent as a whole. */
export interface Buffered {
  readonly isEmpty: boolean;
  readonly isFull: boolean;
  clear(): void;
}

/** Two buffers in turn: while one is sent the other one is filled. What was put in is sent in its order. */
export class DoubleBuffer<B extends Buffered> {
  /** Where records go. */
  filling: B;
  private sending: B;
  private readonly send: (buffer: B) => Promise<void>;
  private isSending = false;
  /** Ends when nothing waits any more. */
  private work = Promise.resolve();
  private failure: { readonly error: unknown } | undefined;
  private onRoom: (() => void) | undefined;

  /** `send` gets a buffer in the moment in which the other one begins to be filled. */
  constructor(one: B, other: B, send: (buffer: B) => Promise<void>) {
    this.filling = one;
    this.sending = other;
    this.send = send;
  }

  /** Sends what waits, at once or behind what is under way. Throws what an earlier one has failed with. */
  flush(): void {
    this.throwFailure();
    if (!this.isSending) this.work = this.sendAll();
  }

  /** Waits until what is full is under way. Throws what sending has failed with. */
  async room(): Promise<void> {
    this.flush();
    while (this.filling.isFull && this.failure === undefined) await new Promise<void>((resolve) => (this.onRoom = resolve));
    this.throwFailure();
  }

  /** Waits until everything is sent. Throws what sending has failed with. */
  async finish(): Promise<void> {
    this.flush();
    await this.work;
    this.throwFailure();
  }

  /** Never rejects. To see that nothing waits and to be done are one step: whatever is put in behind it is sent anew. */
  private async sendAll(): Promise<void> {
    this.isSending = true;
    try {
      while (!this.filling.isEmpty) {
        [this.filling, this.sending] = [this.sending, this.filling];
        const sent = this.send(this.sending);
        this.onRoom?.();
        await sent;
        this.sending.clear();
      }
    } catch (error) {
      this.failure = { error };
      this.onRoom?.();
    }
    this.isSending = false;
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}
