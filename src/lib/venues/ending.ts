import type { Ending } from '../runtime/websocket.js';

/** Answers that will be the same the next time: redirects, wrong addresses, wrong credentials. */
const FINAL_STATUS: ReadonlySet<number> = new Set([300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 410]);
const CREDENTIALS: ReadonlySet<number> = new Set([401, 403]);
const REDIRECTS = 400;

/** No close frame came (RFC 6455, section 7.1.5). */
const ABNORMAL = 1006;

/** Whether another attempt would end in the same way. */
export function isFinal(ending: Ending): boolean {
  return ending.how === 'untrusted' || (ending.how === 'refused' && FINAL_STATUS.has(ending.status));
}

/** What happened and, where it needs somebody, what to do. */
export function describe(ending: Ending): string {
  switch (ending.how) {
    case 'closed':
      if (ending.code === ABNORMAL) return 'the connection was lost';
      return `the server closed the connection (${ending.code}${ending.reason === '' ? '' : ` ${printable(ending.reason)}`})`;
    case 'oversized':
      return 'a frame was larger than is read, and the connection was closed';
    case 'broken':
      return `what the server sent cannot be read, and the connection was closed: ${printable(ending.message)}`;
    case 'untrusted':
      return `the server's certificate is not trusted: ${printable(ending.message)}; for an authority of your own set NODE_EXTRA_CA_CERTS`;
    case 'failed':
      return `no connection: ${printable(ending.message)}`;
    case 'refused':
      return refusalText(ending.status, ending.location);
  }
}

function refusalText(status: number, location: string | undefined): string {
  const refused = `the server refused the connection with HTTP status ${status}`;
  if (CREDENTIALS.has(status)) return `${refused}: check the credentials and what they are allowed to see`;
  if (location !== undefined && status < REDIRECTS) {
    return `${refused}: it redirects to ${withoutSecrets(printable(location))}, which is not followed; if it is right, give it as --url`;
  }
  return isFinal({ how: 'refused', status }) ? `${refused}: check --url` : refused;
}

/** How long the server asked to wait, at most `max_ms`; 0 where it did not (RFC 9110, section 10.2.3). */
export function retryAfter_ms(ending: Ending, max_ms: number): number {
  if (ending.how !== 'refused' || ending.retryAfter === undefined || !/^\d{1,9}$/.test(ending.retryAfter)) return 0;
  return Math.min(max_ms, Number(ending.retryAfter) * 1000);
}

/** What a server says may not steer a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}

/** A query may hold a token, and so may what stands before the host. */
function withoutSecrets(location: string): string {
  return location.replace(/[?#].*$/s, '').replace(/^((?:\w+:)?\/\/)[^/]*@/, '$1');
}
