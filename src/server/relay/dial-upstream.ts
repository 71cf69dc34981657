import { isJsonObject } from '../../protocol/json.ts';
import { parseJson } from '../../protocol/parse.ts';
import { dialRaw } from '../../wire/node/dial.ts';
import type { Patience } from '../../wire/node/keepalive.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import type { WireClosed } from '../../wire/wire.ts';
import type { Clock } from '../clock.ts';
import { betaUpstream } from './beta-wires.ts';
import { dialects, type Opening, targetOf } from './dialects.ts';
import { earlyCloseFailure, type Failure, firstErrorFailure, httpFailure } from './failure.ts';
import { Frame } from './frame.ts';
import { lookAhead } from './look-ahead.ts';
import type { UpstreamSettings } from './options.ts';

/** An upstream that has settled: its first frame is there, and is told again to whoever opens the wire. */
export interface Dialled {
  readonly wire: RawSocketWire;
  readonly first: Buffer;
}

export interface DialAround {
  readonly clock: Clock;
  readonly patience: Patience;
  /** Aborting gives up. */
  readonly signal: AbortSignal;
}

/** How long after an `error` as the first frame the close is waited for that says what it means, in milliseconds. */
const closeAfterErrorMs = 1_000;
/** Time that an upstream has for the closing handshake, in milliseconds. */
const closeMs = 3_000;

class Refused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.why);
    this.failure = failure;
  }
}

/** Dials one upstream, and waits until it has settled or failed. Never rejects. */
export async function dialUpstream(
  upstream: UpstreamSettings,
  opening: Opening,
  around: DialAround,
): Promise<Dialled | Failure> {
  const { url, headers } = targetOf(upstream, opening);
  const { signal, clock, patience } = around;
  const refused = (status: number, body: string): Error => new Refused(httpFailure(status, body));
  try {
    const raw = await dialRaw(url, { headers, signal, clock, patience, closeMs, refused });
    return await settled(dialects[upstream.kind].isBeta ? betaUpstream(raw) : raw, around);
  } catch (cause) {
    if (cause instanceof Refused) return cause.failure;
    return networkFailure(cause, signal);
  }
}

const timedOut: Failure = { is: 'passing', why: 'timed out' };

/** What it means that nothing came of asking an upstream; the signal was aborted when it had had its time. */
export function networkFailure(cause: unknown, signal: AbortSignal): Failure {
  return signal.aborted ? timedOut : { is: 'passing', why: `network: ${networkCode(cause)}` };
}

function networkCode(cause: unknown): string {
  // What `fetch` rejects with has the socket's error as its cause.
  const errors = cause instanceof Error ? [cause, cause.cause] : [];
  const code = errors
    .map((error): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined))
    .find((each) => each !== undefined);
  return typeof code === 'string' ? code : 'failed';
}

function settled(raw: RawSocketWire, { clock, signal }: DialAround): Promise<Dialled | Failure> {
  return new Promise((resolve) => {
    let errorFrame: Buffer | null = null;
    let callOff = (): void => {};
    const give = (answer: Dialled | Failure): void => {
      callOff();
      signal.removeEventListener('abort', abort);
      if ('is' in answer) wire.terminate();
      resolve(answer);
    };
    const judgeError = (frame: Buffer, close: WireClosed | null): void =>
      give(firstErrorFailure(frame, eventIn(frame), close) ?? { wire, first: frame });
    const wire: RawSocketWire = lookAhead(raw, {
      frame(bytes) {
        if (new Frame(bytes, false).type !== 'error') return give({ wire, first: bytes });
        errorFrame = bytes;
        callOff = clock.after(closeAfterErrorMs, () => judgeError(bytes, null));
        wire.resume();
      },
      closed(why) {
        if (errorFrame !== null) judgeError(errorFrame, why);
        else give(signal.aborted ? timedOut : earlyCloseFailure(why));
      },
    });
    const abort = (): void => wire.terminate();
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

function eventIn(frame: Buffer): Readonly<Record<string, unknown>> {
  const parsed = parseJson(frame.toString());
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
}
