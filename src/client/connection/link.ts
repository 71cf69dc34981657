import type { ApiError } from '../../protocol/events/index.ts';
import type { Wire, WireClosed } from '../../wire/wire.ts';
import { ClientError } from '../errors.ts';
import { admit, type OnMalformed } from '../events/door.ts';
import { guarded } from '../events/listeners.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { SettledOptions } from '../settled-options.ts';

/** An open connection of the session. */
export type Link = Pick<Wire, 'pendingBytes' | 'send' | 'close'>;

export interface LinkOptions {
  /** Gives an open wire. The signal aborts the attempt. */
  dial(signal: AbortSignal): Promise<Wire>;
  /** By `readyOn` a connection counts as made at once when it is open; else with the first `session.created`. */
  readonly options: SettledOptions;
  readonly signal: AbortSignal;
  /** Every event, from the first. */
  event(event: AnyServerEvent): void;
  readonly malformed: OnMalformed;
  /** The connection ended after it was made. `server` is the error that it said last, just before. */
  closed(why: WireClosed, server: ApiError | null): void;
}

/** An end of a connection as an error: `refused` where the server gave its reason in an `error` event, else `closed`. */
export function lossOf(close: WireClosed, server: ApiError | null): ClientError {
  return new ClientError(server === null ? 'closed' : 'refused', { server, close });
}

/**
 * Makes a connection. Rejects with a `ClientError`: `unreachable`, `timeout`, `aborted`, `refused` or `closed`. Nothing is
 * left open then.
 */
export function openLink({ dial, options, signal, event, malformed, closed }: LinkOptions): Promise<Link> {
  let phase: 'opening' | 'made' | 'over' = 'opening';
  let wire: Wire | null = null;
  /** The error event that came last, if nothing came after it. */
  let lastError: ApiError | null = null;
  const dialing = new AbortController();

  return new Promise((resolve, reject) => {
    const abort = () => fail(new ClientError('aborted', { cause: signal.reason }));
    const cancelTimer = options.clock.after(options.timeoutMs, () =>
      fail(new ClientError('timeout', { server: lastError })),
    );
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else dial(dialing.signal).then(listen, (cause: unknown) => fail(asUnreachable(cause)));

    /** Ends the attempt, where it has not ended yet. */
    function settle(next: 'made' | 'over', then: () => void): void {
      if (phase !== 'opening') return;
      phase = next;
      cancelTimer();
      signal.removeEventListener('abort', abort);
      then();
    }

    function fail(error: ClientError): void {
      settle('over', () => {
        dialing.abort();
        wire?.close(1000, '');
        reject(error);
      });
    }

    function listen(opened: Wire): void {
      if (phase === 'over') return opened.close(1000, '');
      wire = opened;
      wire.open({
        frame(text) {
          const told = phase === 'over' ? null : admit(text, malformed);
          if (told === null) return;
          lastError = told.type === 'error' ? told.error : null;
          guarded(() => event(told), options.onHandlerError);
          if (told.type === 'session.created') settle('made', () => resolve(opened));
        },
        binary: () => void admit('(binary)', malformed),
        drained() {},
        closed(why) {
          fail(lossOf(why, lastError));
          if (phase === 'made') closed(why, lastError);
          phase = 'over';
        },
      });
      if (options.readyOn === 'open') settle('made', () => resolve(opened));
    }
  });
}

function asUnreachable(cause: unknown): ClientError {
  return cause instanceof ClientError ? cause : new ClientError('unreachable', { cause });
}
