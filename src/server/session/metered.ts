import { ServerEvent, serializeServerEvent } from '../../protocol/events/index.ts';
import type { Clock } from '../clock.ts';
import type { Meter } from '../metering/meter.ts';
import { countRefusal, soundLimit } from '../metering/refusals.ts';
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

interface Sound {
  readonly at: number;
  readonly from: 'microphone';
  readonly audio: Uint8Array;
  readonly eventId: string | null;
}

type Refused = Extract<FromHost, { from: 'refusal' }>;

/** Keeps a session's sound within what its key may send: what is beyond comes in as silence, or as its refusal. */
export function soundWithin(meter: Meter, clock: Pick<Clock, 'now'>): (input: Sound, ms: number) => Sound | Refused {
  const ruling = soundLimit(meter);
  return (input, ms) => {
    const ruled = ruling(ms, clock.now());
    if (ruled.taken) return input;
    if (ruled.mistake === null) return { ...input, audio: input.audio.subarray(0, 0) };
    return { at: input.at, from: 'refusal', error: { ...ruled.mistake, event_id: input.eventId } };
  };
}
