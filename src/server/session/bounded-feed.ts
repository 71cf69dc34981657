import type { Input } from '../../core/input.ts';
import { mistakes } from '../../core/mistakes.ts';
import type { TranslationInput } from '../../core/translation/input.ts';
import type { ApiError } from '../../protocol/types.ts';
import type { OpenAccount } from './held-bytes.ts';

/** What may happen to a session of one kind or another. */
export type AnyInput = Input | TranslationInput;
type Refused = { readonly at: number; readonly from: 'refusal'; readonly error: ApiError };

/** A client's input as the session takes it while all sessions together keep to their bound: what would add too much is refused. */
export function withinTotal<Taken extends AnyInput>(
  input: Taken,
  frameLength: number,
  books: Pick<Books, 'fits'>,
): Taken | Refused {
  const more = addition(input, frameLength);
  if (more === 0 || books.fits(more)) return input;
  return { at: input.at, from: 'refusal', error: { ...mistakes.memoryFull(), event_id: eventIdOf(input) } };
}

/** What an input of a client adds at most, in bytes. */
function addition(input: AnyInput, frameLength: number): number {
  if (input.from === 'microphone') return input.audio.byteLength;
  if (input.from !== 'client') return 0;
  const { type } = input.event;
  return type === 'conversation.item.create' || type === 'response.create' ? frameLength : 0;
}

function eventIdOf(input: AnyInput): string | null {
  if (input.from === 'microphone') return input.eventId;
  return input.from === 'client' ? (input.event.event_id ?? null) : null;
}

/** Whether an input may have made the session larger without its client's doing. */
export function grows(input: Input): boolean {
  return input.from === 'model' && ['text', 'audio', 'call_arguments'].includes(input.output.type);
}

/** What a session holds, told to the account of all. */
export interface Books {
  /** Whether so many bytes more are within the bound of all sessions. */
  fits(more: number): boolean;
  /** The same act, after which what the session holds is counted again. */
  counted<T>(act: (given: T) => void): (given: T) => void;
  /** The session is over: it holds nothing from now on. */
  close(): void;
}

/** `sizeOf`: what the session holds, in bytes; `shed` forgets what it can do without. */
export function keepBooks(openAccount: OpenAccount, sizeOf: () => number, shed = (): void => {}): Books {
  let isClosed = false;
  const settle = (): void => (isClosed ? undefined : account.hold(sizeOf()));
  const account = openAccount(() => {
    shed();
    settle();
  });
  return {
    fits: account.fits,
    counted: (act) => (given) => {
      act(given);
      settle();
    },
    close() {
      isClosed = true;
      account.close();
    },
  };
}
