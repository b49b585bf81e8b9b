import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { CompressionTypes } from 'kafkajs';
import { QfError } from '../../runtime/errors.js';
import { kafkajs } from './kafkajs.js';

/** How records that qf writes can be compressed; each at the number that the protocol gives it. */
export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type Compression = (typeof COMPRESSIONS)[number];

type Compress = (bytes: Buffer) => Promise<Buffer>;

/** Node has it from 22.15 on. */
const { zstdCompress } = zlib as { zstdCompress?: (bytes: Buffer, done: (error: Error | null, result: Buffer) => void) => void };

/** Those that kafkajs does not bring. The two of @platformatic/kafka are loaded only where they are used. */
const COMPRESS: Readonly<Partial<Record<Compression, Compress>>> = {
  snappy: async (bytes) => (await import('@platformatic/wasm-utils')).snappyCompress(bytes),
  lz4: async (bytes) => (await import('@platformatic/wasm-utils')).lz4Compress(bytes),
  ...(zstdCompress && { zstd: promisify(zstdCompress) }),
};

/** How batches are made smaller: the number that the protocol gives it, and what does it; nothing where they are not. */
export interface BatchCompression {
  readonly kind: number;
  readonly compress: Compress | undefined;
}

/** Throws a usage error where this Node cannot compress so. */
export function compressionOf(compression: Compression): BatchCompression {
  checkAvailable(compression);
  const compress = compression === 'gzip' ? promisify<Buffer, Buffer>(zlib.gzip) : COMPRESS[compression];
  return { kind: COMPRESSIONS.indexOf(compression), compress };
}

function checkAvailable(compression: Compression): void {
  if (compression === 'zstd' && zstdCompress === undefined)
    throw new QfError('usage', `--compression zstd needs Node 22.15 or later; this is Node ${process.versions.node}`);
}

/** What kafkajs calls it. Throws a usage error where this Node cannot compress so. */
export function compressionType(compression: Compression): CompressionTypes {
  checkAvailable(compression);
  const { CompressionCodecs, CompressionTypes: types } = kafkajs();
  const type = { none: types.None, gzip: types.GZIP, snappy: types.Snappy, lz4: types.LZ4, zstd: types.ZSTD }[compression];
  const compress = COMPRESS[compression];
  if (compress !== undefined)
    Object.assign(CompressionCodecs, { [type]: () => ({ compress: ({ buffer }: { buffer: Buffer }) => compress(buffer) }) });
  return type;
}
