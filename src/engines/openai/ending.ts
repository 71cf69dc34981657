import type { z } from 'zod';
import type { LanguageOutput } from '../parts.ts';
import type { Calls } from './calls.ts';
import type { ThoughtFilter } from './thought.ts';
import { type apiUsage, responseUsage } from './usage.ts';

/** What an answer is read with: made anew for each try. */
export interface Reading {
  readonly calls: Calls;
  readonly thoughts: ThoughtFilter;
}

/** How an answer ended: of itself, or cut short. */
export type Finish = 'stop' | 'max_output_tokens' | 'content_filter';

/** What is still to come when a server has said its last: text that was held back, open calls, the end itself. */
export function* ending(
  { calls, thoughts }: Reading,
  finish: Finish,
  usage: z.infer<typeof apiUsage>,
): Generator<LanguageOutput, void> {
  const text = thoughts.end();
  if (text !== '') yield { type: 'text', text };
  yield* calls.end(finish !== 'stop');
  if (finish !== 'stop') {
    yield { type: 'incomplete', reason: finish };
    return;
  }
  const counted = responseUsage(usage);
  yield counted === undefined ? { type: 'end' } : { type: 'end', usage: counted };
}
