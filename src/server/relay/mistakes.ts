import { shortened } from '../../protocol/check/problem.ts';
import type { ApiError } from '../../protocol/types.ts';

/** What a client of a relayed session is told by us, besides what the upstream tells it. */
export const relayMistakes = {
  locked: (param: string) => invalid('invalid_parameter', param, 'Locked by the server.'),
  unclear: () =>
    invalid(
      'invalid_event',
      null,
      'Some settings are locked by the server, so a frame must be one JSON object in which no key stands twice.',
    ),
  otherModel: (model: string) =>
    invalid(
      'invalid_model',
      'session.model',
      `The model of a running session can't be changed to '${shortened(model)}'. Open another session with that model.`,
    ),
} as const;

function invalid(code: string, param: string | null, message: string): ApiError {
  return { type: 'invalid_request_error', code, message, param, event_id: null };
}
