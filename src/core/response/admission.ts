import type { ApiError } from '../../protocol/types.ts';
import type { Draft } from '../draft.ts';
import { mistakes } from '../mistakes.ts';
import type { ActiveResponse } from '../session.ts';
import { secondsToWait } from './allowance.ts';

/** Why the limits of the session's key let no further response start; null where they do. */
export function limitMistake({ allowance }: Pick<Draft, 'allowance'>): ApiError | null {
  if (allowance === null || allowance.responses > 0) return null;
  return mistakes.limitReached(allowance.limit, secondsToWait(allowance));
}

/** Takes a place for the response under the limits of the key, before anybody hears of it. */
export function reserve(draft: Draft, { id, params }: Pick<ActiveResponse, 'id' | 'params'>): void {
  const { allowance } = draft;
  if (allowance === null) return;
  draft.allowance = { ...allowance, responses: allowance.responses - 1 };
  const { input, maxOutputTokens, modality } = params;
  draft.effects.push({ do: 'reserve', responseId: id, input, maxOutputTokens, modality });
}
