import { QfError } from '../../runtime/errors.js';

/** What `work` resolves to, or an error after `limit_ms`: a service that is silent must not hold up whoever asks. */
export async function withTimeout<T>(what: string, limit_ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QfError('unavailable', `${what}: no answer within ${limit_ms / 1000} s`)), limit_ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
