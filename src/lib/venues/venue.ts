import type { Refusal, Tick } from '../core/model/model.js';
import type { IGNORED, TickLines } from '../engines/reference/tick-writer.js';
import type { Instant } from '../formats/time-text.js';
import type { Gap, Gaps } from './gaps.js';

/** Which code reads frames that are JSON. */
export type Engine = 'reference' | 'wasm';

/** Reads frames that are plainly written, with the same result. */
export interface FrameKernel {
  /** Of all trades, also of those that come another way. */
  readonly gaps: Gaps;
  /** The ticks of a frame, or that a rule ignores it; undefined where it is not for the kernel. */
  read(frame: Frame): readonly TickLines[] | typeof IGNORED | undefined;
  /** Gaps before the trades of the last frame. */
  takeGaps(): readonly Gap[];
}

/** One message of a venue. */
export interface Frame {
  /** Only valid while it is read. */
  readonly bytes: Buffer;
  readonly isBinary: boolean;
  /** When it came, by this machine's clock. */
  readonly received: Instant;
  /** When its connection opened. */
  readonly opened: Instant;
}

/** One trade in a frame. */
export interface Trade {
  readonly tick: Tick | Refusal;
  /** Names the numbering that `tick.trade_id` belongs to, where ids count up one by one in each symbol. */
  readonly numbering: string | undefined;
  /** The venue repeats it because the connection is new. */
  readonly isRepeated: boolean;
  /** The frame has no time of the exchange. */
  readonly hasReceiveTime: boolean;
}

/** What a frame holds: its trades, nothing that is asked for, or nothing that can be read. */
export type Reading =
  | { readonly trades: readonly Trade[] }
  | 'ignored'
  /** `notice` is what the venue itself says, where it reports a problem. */
  | { readonly refusal: Refusal; readonly notice?: string };

/** How to speak to one venue. Made anew for each run: it may hold what it knows of the day so far. */
export interface Venue {
  readonly name: string;
  /** Address, headers and messages may hold `${NAME}`, which stands for a credential. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Messages to send once a connection is open. */
  readonly greeting: readonly string[];
  /** Whether nothing would be subscribed to, because no symbol was given. */
  readonly lacksSymbols: boolean;
  /** Set where frames come even while nobody trades; `send` is what asks for them. */
  readonly heartbeat: { readonly send: { readonly text: string; readonly every_ms: number } | undefined } | undefined;
  /** Reads most frames faster, where there is one; what it leaves over, `read` takes. */
  readonly kernel?: FrameKernel | undefined;
  read(frame: Frame): Reading;
}
