import type { Refusal } from '../core/model/model.js';
import type { Reading } from './venue.js';

/** What a venue says of itself is shown only as far as this. */
const MAX_NOTICE = 200;

/** Why a frame of any venue is refused. */
export const TOO_LONG: Refusal = { reason: 'frame_too_long', detail: '' };
export const INVALID_UTF8: Refusal = { reason: 'invalid_utf8', detail: '' };
export const INVALID_JSON: Refusal = { reason: 'invalid_json', detail: '' };
export const INVALID_FRAME: Refusal = { reason: 'invalid_frame', detail: '' };
export const UNKNOWN_MESSAGE: Refusal = { reason: 'unknown_message', detail: '' };

/** A frame in which the venue reports a problem, in the words `said` if it has any. */
export function venueError(said: unknown): Reading {
  const refusal: Refusal = { reason: 'venue_error', detail: '' };
  return typeof said === 'string' ? { refusal, notice: said.slice(0, MAX_NOTICE) } : { refusal };
}
