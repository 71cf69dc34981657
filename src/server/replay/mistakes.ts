import { shortened } from '../../protocol/check/problem.ts';
import type { ApiError } from '../../protocol/types.ts';

/** What a client is told to which a take is played. */
export const replayMistakes = {
  mismatch: (param: string, message: string) => invalid('take_mismatch', param, message),
  unknownTake: (names: readonly string[]) =>
    invalid(
      'invalid_value',
      'take',
      `There is no take of that name. Takes: ${shortened(names.slice(0, 20).join(', '))}.`,
    ),
} as const;

function invalid(code: string, param: string, message: string): ApiError {
  return { type: 'invalid_request_error', code, message, param, event_id: null };
}
