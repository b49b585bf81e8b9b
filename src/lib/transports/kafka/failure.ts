import { messageOf, QfError, systemCodeOf } from '../../runtime/errors.js';

/** What no repetition mends, by the code or the name of an error of either client or of Node's TLS, with what does. */
const REFUSALS: readonly (readonly [name: RegExp, what: string, mend: string])[] = [
  [
    /^(KafkaJSSASLAuthenticationError|PLT_KFK_AUTHENTICATION|ILLEGAL_SASL_STATE)$/,
    'the broker refuses the login',
    'check --sasl, --sasl-user, and QF_KAFKA_PASSWORD or QF_KAFKA_PASSWORD_FILE',
  ],
  [
    /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/,
    "the broker's certificate cannot be trusted",
    'name its authority with --tls-ca, and the broker as its certificate does',
  ],
  [/^ERR_SSL_.*ALERT/, 'the broker refuses this client', 'check --tls-cert and --tls-key'],
];

/** What may be behind a connection that ends before anything is said. */
const SUSPICIONS: readonly (readonly [message: RegExp, hint: string])[] = [
  [/before secure TLS connection/, '; the port may be one without TLS'],
  [/closed connection|connection closed/i, '; the port may be one for --tls or --sasl'],
];

/**
 * An error of a client of Kafka as one that a user is meant to read. `usage` is what no repetition mends; everything else is
 * `unavailable`, with `advice` behind it. No message of a client holds a password.
 */
export function kafkaError(error: unknown, what = 'Kafka', advice = ''): QfError {
  const causes = causesOf(error);
  for (const cause of causes) {
    if (cause instanceof QfError) return cause;
    const refusal = REFUSALS.find(([name]) => namesOf(cause).some((own) => name.test(own)));
    if (refusal !== undefined)
      return new QfError('usage', `${what}: ${refusal[1]} (${textOf(cause)}): ${refusal[2]}`, { cause: error });
  }
  const text = [...new Set(causes.map(textOf))].filter((part) => part !== '').join(': ');
  const [, hint] = SUSPICIONS.find(([message]) => message.test(text)) ?? ['', ''];
  return new QfError('unavailable', `${what}: ${text}${hint}${advice}`, { cause: error });
}

/** The error and what it was made from, outermost first. */
function causesOf(error: unknown): unknown[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [error];
  const [first] = 'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  return [error, ...causesOf(error.cause ?? first)];
}

function namesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  return [error.name, systemCodeOf(error) ?? '', type];
}

/** OpenSSL puts what it has to say between a place in its source and a number. */
function textOf(error: unknown): string {
  const message = messageOf(error);
  return /SSL routines:\w*:([^:]+)/.exec(message)?.[1] ?? message.trim().replace(/\.$/, '');
}
