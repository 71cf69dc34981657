import { type Cause, type Moment, type ServerEvent, type Trace, traceOf } from '../laws/trace.ts';
import { parseClientEvent } from '../protocol/parse.ts';
import type { Seen } from './json.ts';

interface OpenMoment {
  readonly causes: Cause[];
  readonly sent: ServerEvent[];
  closes: boolean;
}

/**
 * A session as the laws read it. What comes after a frame counts as caused by it once something has been awaited since the
 * frame before; frames that are sent in one go, or before anything has come, share a moment.
 */
export class Story {
  /** Frames that are no event: no JSON, no object, no type. */
  readonly odd: string[] = [];
  /** Whether it is written at all: sessions of another vocabulary are not. */
  readonly #isTold: boolean;
  readonly #moments: OpenMoment[] = [
    { causes: [{ by: 'server', what: 'the session opens' }], sent: [], closes: false },
  ];
  #isAwaited = true;
  #isRacing = false;

  constructor(isTold: boolean) {
    this.#isTold = isTold;
  }

  /** A frame of the client. */
  sent(text: string, id: string | null): void {
    if (this.#isTold) this.#cause(causeOf(text, id));
  }

  /** A frame of the client that is no event. */
  mistaken(text: string, eventId: string | null): void {
    this.#cause({ by: 'mistake', text, eventId });
  }

  /** An event of the server, as it came. */
  heard(event: Seen): void {
    // Laws read what the schema promises; whether it keeps to that is judged apart.
    const told: unknown = event;
    if (isServerEvent(told)) this.#moments.at(-1)?.sent.push(told);
  }

  malformed(text: string): void {
    this.odd.push(text);
  }

  /** Something that was waited for has come. */
  awaited(): void {
    this.#isAwaited = true;
  }

  /** From now on what is sent crosses what comes on the way, so that nobody can say what caused what. */
  races(): void {
    this.#isRacing = true;
  }

  /** The server has closed. */
  closed(): void {
    const last = this.#moments.at(-1);
    if (last !== undefined) last.closes = true;
  }

  /** The client goes, and waits for the end of nothing. */
  left(): void {
    this.#moments.push({ causes: [{ by: 'server', what: 'the client goes' }], sent: [], closes: true });
  }

  trace(hasMedia: boolean): Trace {
    const moments: readonly Moment[] = this.#moments;
    return traceOf(moments, hasMedia);
  }

  #cause(cause: Cause): void {
    const isUnheard = this.#moments.length === 1 && this.#moments[0]?.sent.length === 0;
    if (this.#isAwaited && !this.#isRacing && !isUnheard)
      this.#moments.push({ causes: [cause], sent: [], closes: false });
    else this.#moments.at(-1)?.causes.push(cause);
    this.#isAwaited = false;
  }
}

function isServerEvent(event: unknown): event is ServerEvent {
  return typeof event === 'object';
}

function causeOf(text: string, eventId: string | null): Cause {
  const read = parseClientEvent(text);
  if (!read.ok) return { by: 'mistake', text, eventId };
  const { event } = read;
  if (event.type !== 'input_audio_buffer.append') return { by: 'client', event };
  return { by: 'microphone', bytes: Buffer.byteLength(event.audio, 'base64'), eventId };
}
