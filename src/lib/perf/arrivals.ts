import { closeSync, openSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Readable } from 'node:stream';
import type { Arrival } from './latency.js';

/** Keeps what comes in a file, and tells when. */
export async function arrivalsAt(output: Readable, path: string): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  const file = openSync(path, 'w');
  let bytes = 0;
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      arrivals.push({ bytes, at_ms: performance.now() });
      writeSync(file, chunk);
    }
  } finally {
    closeSync(file);
  }
  return arrivals;
}
