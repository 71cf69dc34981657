import type {
  TranslationClientEventMap,
  TranslationServerEventMap,
  TranslationSession,
} from '../../src/protocol/types.ts';
import { serverSamples } from './server-samples.ts';

const event_id = 'event_1';

const translatingSession: TranslationSession = {
  type: 'translation',
  id: 'sess_3',
  model: 'gpt-realtime-translate',
  expires_at: 1_790_000_000,
  audio: {
    input: { transcription: { model: 'gpt-realtime-whisper', language: 'fr' }, noise_reduction: null },
    output: { language: 'en' },
  },
};

/** One event of each type that the client of a translation sends. */
export const translationClientSamples: TranslationClientEventMap = {
  'session.update': {
    type: 'session.update',
    session: {
      audio: {
        input: { noise_reduction: { type: 'near_field', strength: 1 }, transcription: null },
        output: { language: 'es' },
      },
    },
  },
  'session.input_audio_buffer.append': { type: 'session.input_audio_buffer.append', event_id, audio: 'AAAA' },
  'session.close': { type: 'session.close', event_id },
};

/** One event of each type that the server of a translation sends. */
export const translationServerSamples: TranslationServerEventMap = {
  'session.created': { type: 'session.created', event_id, session: translatingSession },
  'session.updated': { type: 'session.updated', event_id, session: { ...translatingSession, audio: {} } },
  'session.closed': { type: 'session.closed', event_id },
  'session.input_transcript.delta': {
    type: 'session.input_transcript.delta',
    event_id,
    delta: 'Bon',
    elapsed_ms: null,
  },
  'session.output_transcript.delta': {
    type: 'session.output_transcript.delta',
    event_id,
    delta: 'Good',
    elapsed_ms: 200,
  },
  'session.output_audio.delta': {
    type: 'session.output_audio.delta',
    event_id,
    delta: 'AAAA',
    format: 'pcm16',
    sample_rate: 24000,
    channels: 1,
    elapsed_ms: 400,
  },
  error: serverSamples.error,
};
