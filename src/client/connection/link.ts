import type { ApiError } from '../../protocol/events/index.ts';
import type { Wire, WireClosed } from '../../wire/wire.ts';
import { asClientError, ClientError } from '../errors.ts';
import { patiently } from '../events/deadline.ts';
import { admit, type OnMalformed } from '../events/door.ts';
import { guarded } from '../events/listeners.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { SettledOptions } from '../settled-options.ts';

/** An open connection of the session. */
export type Link = Pick<Wire, 'pendingBytes' | 'send' | 'close'>;

/** Who has connections made, and hears of what comes. */
export interface LinkOwner {
  /** Gives an open wire. The signal aborts the attempt. */
  dial(signal: AbortSignal): Promise<Wire>;
  /** Every event, from the first. */
  event(event: AnyServerEvent): void;
  readonly malformed: OnMalformed;
}

export interface LinkOptions {
  readonly owner: LinkOwner;
  /** By `readyOn` a connection counts as made at once when it is open; else with the first `session.created`. */
  readonly options: SettledOptions;
  readonly signal: AbortSignal;
  made(link: Link): void;
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
export function openLink({ owner, options, signal, ...told }: LinkOptions): Promise<void> {
  let phase: 'opening' | 'made' | 'over' = 'opening';
  let wire: Wire | null = null;
  /** The error event that came last, if nothing came after it. */
  let lastError: ApiError | null = null;
  const dialing = new AbortController();
  const patience = { signal, timeoutMs: options.timeoutMs, lastError: () => lastError };

  return patiently(options.clock, patience, ({ resolve, reject }) => {
    owner.dial(dialing.signal).then(
      (dialed) => listen(watched(dialed, options)),
      (cause: unknown) => reject(asClientError(cause)),
    );

    function made(link: Wire): void {
      if (phase !== 'opening') return;
      phase = 'made';
      resolve();
      told.made(link);
    }

    function listen(opened: Wire): void {
      if (phase === 'over') return opened.close(1000, '');
      wire = opened;
      wire.open({
        frame(text) {
          const event = phase === 'over' ? null : admit(text, owner.malformed);
          if (event === null) return;
          lastError = event.type === 'error' ? event.error : null;
          guarded(() => owner.event(event), options.onHandlerError);
          if (event.type === 'session.created') made(opened);
        },
        binary: () => void admit('(binary)', owner.malformed),
        drained() {},
        closed(why) {
          if (phase === 'made') told.closed(why, lastError);
          else reject(lossOf(why, lastError));
          phase = 'over';
        },
      });
      if (options.readyOn === 'open') made(opened);
    }

    return () => {
      if (phase === 'made') return;
      phase = 'over';
      dialing.abort();
      wire?.close(1000, '');
    };
  });
}

/** The same wire, whose frames the app is told of. */
function watched(wire: Wire, { onFrame, onHandlerError }: SettledOptions): Wire {
  if (onFrame === undefined) return wire;
  const tell = (direction: '<' | '>', text: string): void => guarded(() => onFrame(direction, text), onHandlerError);
  return {
    get pendingBytes() {
      return wire.pendingBytes;
    },
    open: (listener) =>
      wire.open({
        ...listener,
        frame(text) {
          tell('<', text);
          listener.frame(text);
        },
      }),
    send(text) {
      tell('>', text);
      wire.send(text);
    },
    close: (code, reason) => wire.close(code, reason),
  };
}
