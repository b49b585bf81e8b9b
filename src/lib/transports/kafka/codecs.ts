import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { snappyDecompress } from '@platformatic/wasm-utils';
import { decompress } from 'fzstd';

/** What begins the snappy of Java's clients and of the broker: then come two versions, and blocks with their lengths. */
const FRAMED = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0]);
const FRAME_HEADER_BYTES = 16;

const LENGTH_BYTES = 4;

type Undo = (data: Buffer | { readonly buffer: Buffer }) => Buffer;

interface Codec {
  decompressSync: Undo;
  readonly available: boolean;
}

/** The part of @platformatic/kafka 1.35 that this is about. */
interface CompressionModule {
  readonly compressionsAlgorithms: Record<'snappy' | 'zstd', Codec>;
  readonly compressionsAlgorithmsByBitmask: Readonly<Partial<Record<number, Codec>>>;
}

/** Undoes a compression, by the number that the protocol gives it. */
export type Decompress = (kind: number, bytes: Buffer) => Buffer;

let corrected: Promise<Decompress> | undefined;

/**
 * Makes @platformatic/kafka read every compression that Kafka has: its own snappy knows no frames, and its zstd is Node's, which
 * has one from 22.15 on. It has no way to bring codecs, so those that it uses are replaced. Gives what it then does.
 */
export function correctCodecs(): Promise<Decompress> {
  return (corrected ??= correct());
}

async function correct(): Promise<Decompress> {
  const entry = pathToFileURL(createRequire(import.meta.url).resolve('@platformatic/kafka'));
  const path = new URL('protocol/compression.js', entry).href;
  const { compressionsAlgorithms: codecs, compressionsAlgorithmsByBitmask: byNumber } = (await import(path)) as CompressionModule;
  codecs.snappy.decompressSync = (data) => undoSnappy(bytesOf(data));
  if (!codecs.zstd.available) codecs.zstd.decompressSync = (data) => Buffer.from(decompress(bytesOf(data)));
  return (kind, bytes) => {
    const codec = byNumber[kind];
    if (codec === undefined) throw new RangeError(`a record batch has the unknown compression ${kind}`);
    return codec.decompressSync(bytes);
  };
}

function bytesOf(data: Parameters<Undo>[0]): Buffer {
  return Buffer.isBuffer(data) ? data : data.buffer;
}

function undoSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, FRAMED.length).equals(FRAMED)) return snappyDecompress(bytes);
  const blocks: Buffer[] = [];
  for (let start = FRAME_HEADER_BYTES; start < bytes.length;) {
    const end = start + LENGTH_BYTES + bytes.readInt32BE(start);
    blocks.push(snappyDecompress(bytes.subarray(start + LENGTH_BYTES, end)));
    start = end;
  }
  return Buffer.concat(blocks);
}
