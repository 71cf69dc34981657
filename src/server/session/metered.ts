import { mistakes } from '../../core/mistakes.ts';
import { secondsToWait } from '../../core/response/allowance.ts';
import { ServerEvent, serializeServerEvent } from '../../protocol/events/index.ts';
import type { ApiError } from '../../protocol/types.ts';
import type { Clock } from '../clock.ts';
import type { Meter } from '../metering/meter.ts';
import type { WireEvent } from '../observability/observation/wire-event.ts';
import type { FromHost, Hosting } from './host.ts';

/**
 * The same host, which tells the meter what passes, sends the limits that the key really has, and lets the session know
 * when there is nothing left to spend.
 */
export function metered<Input>(
  hosting: Hosting<Input | FromHost>,
  meter: Meter,
  clock: Pick<Clock, 'now'>,
): Hosting<Input | FromHost> {
  const see = watcher(meter, clock);
  meter.onExhausted((how) => hosting.feed({ at: clock.now(), from: 'server', say: 'exhausted', how }));
  return {
    ...hosting,
    send(event, text) {
      see(event);
      const rows = event.type === 'rate_limits.updated' ? meter.rateLimits(clock.now()) : null;
      if (event.type !== 'rate_limits.updated' || rows === null) return hosting.send(event, text);
      const told = ServerEvent.rateLimitsUpdated(event.event_id, rows);
      hosting.send(told, serializeServerEvent(told));
    },
  };
}

/** Tells the meter of every event that it counts. */
function watcher(meter: Meter, clock: Pick<Clock, 'now'>): (event: WireEvent) => void {
  let transcriber = '';
  return (event) => {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        transcriber = transcriberOf(event.session) ?? transcriber;
        return;
      case 'response.created':
        return meter.began(event.response, clock.now());
      case 'response.done':
        return meter.ended(event.response, clock.now());
      case 'conversation.item.input_audio_transcription.completed':
        return meter.transcribed(transcriber, event.usage, clock.now());
      case 'error':
        return countRefusal(meter, event.error, clock.now());
      default:
        return;
    }
  };
}

function transcriberOf({ audio }: { readonly audio?: { readonly input?: object } }): string | undefined {
  const { input } = audio ?? {};
  const transcription = input !== undefined && 'transcription' in input ? input.transcription : null;
  const isNamed = typeof transcription === 'object' && transcription !== null && 'model' in transcription;
  return isNamed && typeof transcription.model === 'string' ? transcription.model : undefined;
}

function countRefusal(meter: Meter, { code }: ApiError, at: number): void {
  if (code === 'insufficient_quota') return meter.refused('budget');
  const limit = code === 'rate_limit_exceeded' ? meter.allowance(at)?.limit : undefined;
  if (limit !== undefined) meter.refused(limit);
}

/** How often a client is told that no more of its sound is taken, in milliseconds: sound comes many times a second. */
const tellEveryMs = 1000;

interface Sound {
  readonly at: number;
  readonly from: 'microphone';
  readonly audio: Uint8Array;
  readonly eventId: string | null;
}

type Refused = Extract<FromHost, { from: 'refusal' }>;

/** Keeps a session's sound within what its key may send: what is beyond is dropped, and the client told once a second. */
export function soundWithin(meter: Meter, clock: Pick<Clock, 'now'>): (input: Sound, ms: number) => Sound | Refused {
  let toldAt = -Infinity;
  return (input, ms) => {
    const now = clock.now();
    if (meter.heard(ms, now)) return input;
    if (now - toldAt < tellEveryMs) return { ...input, audio: input.audio.subarray(0, 0) };
    toldAt = now;
    const wait = secondsToWait(meter.allowance(now) ?? { retryMs: tellEveryMs });
    const error = { ...mistakes.limitReached('audio', wait), event_id: input.eventId };
    return { at: input.at, from: 'refusal', error };
  };
}
