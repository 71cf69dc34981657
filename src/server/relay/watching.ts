import { serverEventFromBeta } from '../../protocol/beta/index.ts';
import type { SessionWatch } from '../observability/observation/observer.ts';
import { observing } from '../observability/observation/observing.ts';
import type { SoundEvent, WireEvent } from '../observability/observation/wire-event.ts';
import type { Frame } from './frame.ts';

/** Tells whoever watches a session what passes between client and upstream. Never throws, whatever they say. */
export interface Watching {
  client(frame: Frame, at: number): void;
  server(frame: Frame, at: number): void;
}

/** Events that tell something and are read whole; of deltas only their type and response are. */
const read: ReadonlySet<string> = new Set([
  'error',
  'session.created',
  'session.updated',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.timeout_triggered',
  'input_audio_buffer.committed',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
  'conversation.item.added',
  'conversation.item.created',
  'response.created',
  'response.output_item.done',
  'response.done',
  'session.input_transcript.delta',
  'session.output_transcript.delta',
  'session.closed',
]);

const deltas: ReadonlySet<string> = new Set([
  'response.output_text.delta',
  'response.output_audio_transcript.delta',
  'response.function_call_arguments.delta',
  'response.mcp_call_arguments.delta',
  'response.text.delta',
  'response.audio_transcript.delta',
]);

export function watching(watch: SessionWatch): Watching {
  const { see } = observing(watch);
  return {
    client(frame, at) {
      const { type } = frame;
      if (type === 'input_audio_buffer.append' || type === 'session.input_audio_buffer.append') {
        see(at, { type, bytes: soundBytes(frame, 'audio') });
      }
    },
    server(frame, at) {
      const { type } = frame;
      if (type === 'response.output_audio.delta' || type === 'response.audio.delta') see(at, soundOf(frame));
      else if (type === 'session.output_audio.delta') see(at, { type, bytes: soundBytes(frame, 'delta') });
      else if (type !== null && deltas.has(type)) see(at, deltaOf(frame));
      else if (type !== null && read.has(type)) for (const event of eventsIn(frame)) carefully(() => see(at, event));
    },
  };
}

function soundOf(frame: Frame): SoundEvent {
  const response_id = frame.text('response_id') ?? '';
  return { type: 'response.output_audio.delta', response_id, bytes: soundBytes(frame, 'delta') };
}

/** Of a delta, of whatever it is, the observation wants nothing but whose it is. */
function deltaOf(frame: Frame): WireEvent {
  const response_id = frame.text('response_id') ?? '';
  const place = { event_id: '', item_id: '', output_index: 0, content_index: 0 };
  return { type: 'response.output_text.delta', ...place, response_id, delta: '' };
}

/** What the upstream said, in today's shape: some upstreams have names of the beta. It is not checked. */
function eventsIn(frame: Frame): readonly WireEvent[] {
  const event = frame.event();
  return event === null ? [] : (serverEventFromBeta(event) as readonly unknown[] as readonly WireEvent[]);
}

/** An upstream may send anything under a known type. */
function carefully(see: () => void): void {
  try {
    see();
  } catch {
    // It tells nothing that anyone could make sense of, and passes all the same.
  }
}

/** Bytes of sound in a field of base64. */
function soundBytes(frame: Frame, field: string): number {
  return Math.floor((frame.length(field) * 3) / 4);
}
