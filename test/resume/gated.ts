import type { Model } from '../../src/engines/contract.ts';
import { echo } from '../e2e/test-server.ts';

/** A model that says a word each time it is let. */
export interface Gated {
  readonly model: Model;
  /** So many words more may be said, of the running answer or of the next. */
  say(words: number): void;
  /** The running answer ends after what it was let say. */
  end(): void;
}

/** `w0 w1 w2 …` as text. */
export function gated(): Gated {
  let allowed = 0;
  let isEnded = false;
  let wake = (): void => {};
  const model: Model = {
    open: () => ({
      ...echo.open(),
      async *respond(_request, signal) {
        for (let said = 0; ; ) {
          if (signal.aborted) return;
          if (allowed > 0) {
            allowed -= 1;
            yield { type: 'text', text: `w${said++} ` };
          } else if (isEnded) {
            isEnded = false;
            return;
          } else {
            await new Promise<void>((resolve) => {
              wake = resolve;
              signal.addEventListener('abort', () => resolve(), { once: true });
            });
          }
        }
      },
    }),
  };
  return {
    model,
    say(words) {
      allowed += words;
      wake();
    },
    end() {
      isEnded = true;
      wake();
    },
  };
}
