import type { StageContext } from '../../src/lib/runtime/stage.js';
import { HandClock } from './clock.js';

/** What a stage gets in tests, without files, sockets or time, but for what `changes` brings. */
export function contextWith(changes: Partial<StageContext> = {}): StageContext {
  const none = (): never => {
    throw new Error('none in this test');
  };
  return {
    clock: new HandClock(0),
    random: () => 0.5,
    log: { info: () => undefined, warn: () => undefined },
    env: {},
    files: { readText: none, check: none, open: none, create: none },
    websockets: none,
    isStrict: false,
    args: [],
    terminal: undefined,
    ...changes,
  };
}
