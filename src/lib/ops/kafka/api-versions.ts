import { connect, type Socket } from 'node:net';
import { connect as connectEncrypted } from 'node:tls';
import { QfError } from '../../runtime/errors.js';
import { type KafkaAddress, placeOf } from '../../transports/kafka/address.js';

/** What a broker says of itself to anybody, before any login. */
export interface BrokerFeatures {
  /** Level of the cluster's metadata format, which rises with the release; undefined from brokers without KRaft. */
  readonly metadataLevel: number | undefined;
}

const API_VERSIONS = 18;
const REQUEST_VERSION = 3;
const CORRELATION_ID = 1;
const FINALIZED_FEATURES_TAG = 2;

/** Of an answer's parts that are not looked at: an API with its two versions and no tags, and the throttle time. */
const API_ENTRY_BYTES = 7;
const THROTTLE_BYTES = 4;

/** An answer is some hundred bytes; a length beyond this was not sent by a broker. */
const MAX_ANSWER_BYTES = 2 ** 20;

/** Asks whatever listens at `address`, with `tls` encrypted, for its versions, which only a Kafka broker answers. */
export async function askBroker(address: string, limit_ms: number, tls?: KafkaAddress['tls']): Promise<BrokerFeatures> {
  const place = placeOf(address);
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const socket: Socket = tls === undefined ? connect(place) : connectEncrypted({ ...place, ...tls });
    const fail = (what: string): void => {
      socket.destroy();
      reject(new QfError('unavailable', `${address}: ${what}`));
    };
    const timer = setTimeout(() => fail(`no answer within ${limit_ms / 1000} s: it is not a broker, or it hangs`), limit_ms);
    const chunks: Buffer[] = [];
    socket.on(tls === undefined ? 'connect' : 'secureConnect', () => socket.write(request()));
    socket.on('error', (error) => fail(error.message));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const received = Buffer.concat(chunks);
      const length = received.length < 4 ? undefined : received.readInt32BE();
      if (length !== undefined && (length < 0 || length > MAX_ANSWER_BYTES)) fail('what answers there is not a broker');
      else if (length !== undefined && received.length >= length + 4) {
        socket.destroy();
        resolve(received.subarray(4, length + 4));
      }
    });
    socket.on('close', () => {
      clearTimeout(timer);
      fail('it closed the connection: it is not a broker, or it stops');
    });
  });
  return parseAnswer(address, answer);
}

function request(): Buffer {
  const name = compactText('qf');
  const clientId = Buffer.from([0, 2, 0x71, 0x66]);
  const noTags = Buffer.from([0]);
  const head = Buffer.alloc(8);
  head.writeInt16BE(API_VERSIONS, 0);
  head.writeInt16BE(REQUEST_VERSION, 2);
  head.writeInt32BE(CORRELATION_ID, 4);
  const body = Buffer.concat([head, clientId, noTags, name, name, noTags]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

/** A compact string has its length plus one in front, as a varint; this one is short. */
function compactText(text: string): Buffer {
  return Buffer.from([text.length + 1, ...Buffer.from(text)]);
}

function parseAnswer(address: string, answer: Buffer): BrokerFeatures {
  const reader = new Reader(answer);
  try {
    if (reader.int32() !== CORRELATION_ID || reader.int16() !== 0) throw new RangeError('not an answer to the request');
    reader.skip((reader.varint() - 1) * API_ENTRY_BYTES + THROTTLE_BYTES);
    for (let tags = reader.varint(); tags > 0; tags--) {
      const tag = reader.varint();
      const end = reader.varint() + reader.offset;
      if (tag === FINALIZED_FEATURES_TAG) return { metadataLevel: metadataLevel(reader) };
      reader.skip(end - reader.offset);
    }
    return { metadataLevel: undefined };
  } catch (error) {
    throw new QfError('unavailable', `${address}: what answers there is not a Kafka broker that qf knows`, { cause: error });
  }
}

function metadataLevel(reader: Reader): number | undefined {
  for (let features = reader.varint() - 1; features > 0; features--) {
    const name = reader.text(reader.varint() - 1);
    const max = reader.int16();
    reader.skip(2);
    reader.skip(reader.varint());
    if (name === 'metadata.version') return max;
  }
  return undefined;
}

/** Reads an answer from front to back; going beyond its end is a RangeError. */
class Reader {
  offset = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  skip(count: number): void {
    this.offset += count;
    if (count < 0 || this.offset > this.bytes.length) throw new RangeError('beyond the end of the answer');
  }

  int16(): number {
    this.skip(2);
    return this.bytes.readInt16BE(this.offset - 2);
  }

  int32(): number {
    this.skip(4);
    return this.bytes.readInt32BE(this.offset - 4);
  }

  text(length: number): string {
    this.skip(length);
    return this.bytes.toString('utf8', this.offset - length, this.offset);
  }

  varint(): number {
    for (let value = 0, shift = 0; shift < 28; shift += 7) {
      this.skip(1);
      const byte = this.bytes.readUInt8(this.offset - 1);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number is too long');
  }
}
