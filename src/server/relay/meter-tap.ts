import type { AudioFormatName } from '../../audio/format.ts';
import { bytesToTicks, formatName, ticksPerMs } from '../../core/audio-clock.ts';
import { exhaustedCloseCode } from '../../core/defaults.ts';
import { mistakes } from '../../core/mistakes.ts';
import { secondsToWait } from '../../core/response/allowance.ts';
import { ServerEvent } from '../../protocol/events/index.ts';
import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import type { ApiError, ResponseUsage, TranscriptionUsage } from '../../protocol/types.ts';
import { newEventId } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import type { Meter, SeenResponse } from '../metering/meter.ts';
import type { Exhaustion } from '../metering/policy.ts';
import { countRefusal, soundLimit } from '../metering/refusals.ts';
import { errorEvent } from './error-event.ts';
import type { Frame } from './frame.ts';
import { type Injection, pass, type Tap, type TapHands, type Verdict } from './tap.ts';

export interface MeterTapOptions {
  readonly meter: Meter;
  readonly hands: TapHands;
  readonly clock: Clock;
}

/** Holds a relayed session to the limits of its key, and counts what it uses. */
export function meterTap(options: MeterTapOptions): Tap<Frame> {
  return new MeterTap(options);
}

/** After a cancel the end of the response is not waited for any longer, in milliseconds. */
const cancelGraceMs = 1000;
/** How long a call whose key has nothing left goes on while its last words are played, in milliseconds. */
const playedGraceMs = 60_000;

const clientTypes: ReadonlySet<string> = new Set([
  'response.create',
  'input_audio_buffer.append',
  'session.input_audio_buffer.append',
]);

/** A response that a client has asked for. */
interface Asked {
  readonly id: string;
  /** Of the event that asked. */
  readonly eventId: string | null;
}

class MeterTap implements Tap<Frame> {
  readonly clientTypes = clientTypes;
  readonly #meter: Meter;
  readonly #hands: TapHands;
  readonly #clock: Clock;
  readonly #ruling: ReturnType<typeof soundLimit>;
  /** Responses that clients have asked for and that the upstream has not begun: the ids under which they are counted. */
  readonly #asked: Asked[] = [];
  readonly #running = new Set<string>();
  /** Responses of a call whose sound its peer is hearing. */
  readonly #playing = new Set<string>();
  /** Responses that the upstream began and that the key may not have: they were cancelled, and nobody hears them. */
  readonly #refused = new Map<string, ApiError>();
  #askedSoFar = 0;
  #format: AudioFormatName = 'audio/pcm';
  #transcriber = '';
  #callOff = (): void => {};
  #isGreeted = false;
  /** The upstream's connection is not the first: something of what it said was not heard. */
  #hasGap = false;
  #isExhausted = false;
  #hasEnded = false;

  constructor({ meter, hands, clock }: MeterTapOptions) {
    this.#meter = meter;
    this.#hands = hands;
    this.#clock = clock;
    this.#ruling = soundLimit(meter);
    meter.onExhausted((how) => this.#exhaust(how));
  }

  client(frame: Frame): Verdict {
    switch (frame.type) {
      case 'response.create':
        return this.#ask(frame);
      case 'input_audio_buffer.append':
      case 'session.input_audio_buffer.append':
        return this.#hear(frame);
      default:
        return pass;
    }
  }

  server(frame: Frame): Verdict {
    switch (frame.type) {
      case 'session.created':
        this.#greeted();
        return this.#configure(frame.event()?.['session']);
      case 'session.updated':
        return this.#configure(frame.event()?.['session']);
      case 'response.created':
        return this.#begin(responseIn(frame));
      case 'response.done':
        return this.#end(responseIn(frame));
      case 'rate_limits.updated':
        return this.#meter.rateLimits(this.#clock.now()) === null ? pass : { pass: false };
      case 'conversation.item.input_audio_transcription.completed':
        return this.#transcribed(frame.event()?.['usage']);
      case 'output_audio_buffer.started':
        this.#playing.add(frame.text('response_id') ?? '');
        return pass;
      case 'output_audio_buffer.stopped':
      case 'output_audio_buffer.cleared':
        this.#playing.delete(frame.text('response_id') ?? '');
        this.#leaveIfDone();
        return pass;
      case 'error':
        return this.#failed(frame.event()?.['error']);
      default:
        return this.#refused.size > 0 && this.#isOfRefused(frame) ? { pass: false } : pass;
    }
  }

  end(): void {
    this.#hasEnded = true;
    this.#callOff();
  }

  /** What ran when the last connection was lost may have ended unheard: nobody waits for it. */
  #greeted(): void {
    this.#hasGap = this.#isGreeted;
    this.#isGreeted = true;
    this.#running.clear();
    this.#playing.clear();
    this.#leaveIfDone();
  }

  #ask(frame: Frame): Verdict {
    const at = this.#clock.now();
    const mistake = this.#mistake(at);
    const event = frame.event();
    const eventId = textOf(event?.['event_id']);
    if (mistake !== null) {
      countRefusal(this.#meter, mistake, at);
      return { pass: false, after: [told(mistake, eventId)] };
    }
    const params = event?.['response'];
    this.#askedSoFar += 1;
    const id = `asked ${this.#askedSoFar}`;
    this.#asked.push({ id, eventId });
    this.#meter.began({ ...(isJsonObject(params) ? seen(params) : {}), id }, at);
    return pass;
  }

  /** Why no response may start now; null where one may. */
  #mistake(at: number): ApiError | null {
    if (this.#isExhausted) return mistakes.quotaUsedUp();
    const allowance = this.#meter.allowance(at);
    if (allowance === null || allowance.responses > 0) return null;
    return mistakes.limitReached(allowance.limit, secondsToWait(allowance));
  }

  #begin(response: SeenResponse | null): Verdict {
    const id = response?.id;
    if (response === null || id === undefined) return pass;
    const at = this.#clock.now();
    const asked = this.#asked.shift();
    const mistake = asked === undefined ? this.#mistake(at) : null;
    if (mistake !== null) return this.#refuse(id, mistake);
    if (asked === undefined) this.#meter.began(response, at);
    else this.#meter.renamed(asked.id, id);
    this.#running.add(id);
    return pass;
  }

  /** A turn that the upstream answers by itself, over the limit: the client sees it begin and end, and hears nothing of it. */
  #refuse(id: string, mistake: ApiError): Verdict {
    countRefusal(this.#meter, mistake, this.#clock.now());
    this.#refused.set(id, mistake);
    return { pass: true, after: [cancelOf(id)] };
  }

  #isOfRefused(frame: Frame): boolean {
    const id = frame.type?.startsWith('response.') === true ? frame.text('response_id') : null;
    return id !== null && this.#refused.has(id);
  }

  #end(response: SeenResponse | null): Verdict {
    const id = response?.id;
    if (response === null || id === undefined) return pass;
    const at = this.#clock.now();
    const mistake = this.#refused.get(id);
    this.#refused.delete(id);
    const hasBegun = this.#running.delete(id);
    if (!hasBegun && this.#hasGap) this.#meter.began(response, at); // which counts one that has begun but once
    if (mistake === undefined) this.#meter.ended(response, at);
    else this.#meter.leaked(response.usage, at);
    this.#leaveIfDone();
    const rows = this.#meter.rateLimits(at);
    const limits: Injection[] =
      rows === null ? [] : [{ to: 'client', event: { ...ServerEvent.rateLimitsUpdated(newEventId(), rows) } }];
    return { pass: true, after: mistake === undefined ? limits : [...limits, told(mistake, null)] };
  }

  /** The upstream may have refused a response that was asked for: it comes no more. */
  #failed(error: unknown): Verdict {
    const eventId = isJsonObject(error) ? textOf(error['event_id']) : null;
    const index = this.#asked.findLastIndex((asked) => asked.eventId === eventId);
    const [failed] = index < 0 ? [] : this.#asked.splice(index, 1);
    if (failed !== undefined) this.#meter.ended({ id: failed.id, status: 'failed' }, this.#clock.now());
    return pass;
  }

  #configure(session: unknown): Verdict {
    const audio = isJsonObject(session) ? session['audio'] : null;
    const input = isJsonObject(audio) ? audio['input'] : null;
    if (!isJsonObject(input)) return pass;
    const { format, transcription } = input;
    const type = isJsonObject(format) ? format['type'] : null;
    if (type === 'audio/pcm' || type === 'audio/pcmu' || type === 'audio/pcma') this.#format = formatName({ type });
    const model = isJsonObject(transcription) ? transcription['model'] : null;
    if (typeof model === 'string') this.#transcriber = model;
    return pass;
  }

  #transcribed(usage: unknown): Verdict {
    // Whatever an upstream says of it is read with care.
    const known = isJsonObject(usage) ? (usage as unknown as TranscriptionUsage) : null;
    this.#meter.transcribed(this.#transcriber, known, this.#clock.now());
    return pass;
  }

  #hear(frame: Frame): Verdict {
    const now = this.#clock.now();
    const bytes = Math.floor((frame.length('audio') * 3) / 4);
    const ruled = this.#ruling(bytesToTicks(bytes, this.#format) / ticksPerMs, now);
    if (ruled.taken) return pass;
    if (ruled.mistake === null) return { pass: false };
    this.#meter.refused('audio');
    return { pass: false, after: [told(ruled.mistake, frame.text('event_id'))] };
  }

  /** There is nothing left to spend: the session ends with its last response, which is cancelled where the key says so. */
  #exhaust(how: Exhaustion): void {
    this.#isExhausted = true;
    if (how === 'cancel') {
      for (const id of this.#running) this.#hands.inject(cancelOf(id));
      if (this.#playing.size > 0) this.#hands.inject({ to: 'upstream', event: { type: 'output_audio_buffer.clear' } });
      this.#clock.after(cancelGraceMs, () => this.#leave());
    }
    this.#leaveIfDone();
  }

  #leaveIfDone(): void {
    if (!this.#isExhausted || this.#running.size > 0) return;
    // Behind the frame that is under way, which may be the last of the response.
    if (this.#playing.size === 0) queueMicrotask(() => this.#leave());
    else this.#callOff = this.#clock.after(playedGraceMs, () => this.#leave());
  }

  #leave(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const error = mistakes.quotaUsedUp();
    countRefusal(this.#meter, error, this.#clock.now());
    this.#hands.end({ error, closeCode: exhaustedCloseCode });
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function cancelOf(id: string): Injection {
  return { to: 'upstream', event: { type: 'response.cancel', response_id: id } };
}

function told(error: ApiError, eventId: string | null): Injection {
  return { to: 'client', event: errorEvent(error, eventId) };
}

function responseIn(frame: Frame): SeenResponse | null {
  const response = frame.event()?.['response'];
  return isJsonObject(response) ? seen(response) : null;
}

/** What the meter wants of a response, whatever else an upstream or a client says of it. */
function seen(response: JsonObject): SeenResponse {
  const { id, status, usage, max_output_tokens: most, output_modalities: modalities } = response;
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(status === 'failed' || status === 'cancelled' || status === 'completed' ? { status } : {}),
    ...(typeof most === 'number' ? { max_output_tokens: most } : {}),
    ...(Array.isArray(modalities) && modalities[0] === 'text' ? { output_modalities: ['text'] } : {}),
    // Read with care, count by count.
    ...(isJsonObject(usage) ? { usage: usage as unknown as ResponseUsage } : {}),
  };
}
