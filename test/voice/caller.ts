import OpenAI from 'openai';
import {
  type AudioFormatName,
  audioFormats,
  decodeSamples,
  encodeSamples,
  writeWav,
} from '../../src/audio/node/index.ts';
import { type OpenAIConversation, openaiConversation } from '../clients/openai-conversation.ts';
import { at, type Seen } from '../clients/recording.ts';
import { frames, speech } from '../clients/speech.ts';
import { recognise } from '../engines/openai/pocketsphinx.ts';
import { answers } from './concierge.ts';
import { inRoom } from './room.ts';
import type { VoiceServer } from './voice-server.ts';

/** Someone who speaks and listens, with the stock client. */
export interface Caller extends OpenAIConversation {
  /** Says it, and is silent after it; by default for so long that the turn ends. */
  say(text: string, silentMs?: number): void;
  /** Says nothing. */
  pause(ms: number): void;
  /** The next response that is done. */
  answer(): Promise<Seen>;
  /** The words that are heard in the sound of a response. */
  hear(response: Seen): Promise<string>;
}

export interface CallOptions {
  /** Both ways. Default PCM at 24 kHz. */
  readonly format?: AudioFormatName;
  /** The silence that ends a turn. Default 500. */
  readonly silenceMs?: number;
}

export async function call(
  { url, weather }: VoiceServer,
  { format = 'audio/pcm', silenceMs = 500 }: CallOptions = {},
): Promise<Caller> {
  const openai = new OpenAI({ apiKey: 'any', baseURL: `${url}/v1` });
  const conversation = await openaiConversation(openai, { model: 'concierge' });
  const { send, event, events } = conversation;
  const wireFormat = format === 'audio/pcm' ? { type: format, rate: 24_000 as const } : { type: format };
  send({
    type: 'session.update',
    session: {
      type: 'realtime',
      audio: {
        input: {
          format: wireFormat,
          transcription: { model: 'whisper-1' },
          turn_detection: { type: 'server_vad', silence_duration_ms: silenceMs },
        },
        output: { format: wireFormat },
      },
      tools: [
        { type: 'mcp', server_label: 'weather', server_url: weather.url, require_approval: 'never' },
        { type: 'function', name: 'get_time', description: 'Tells the time.', parameters: { type: 'object' } },
      ],
    },
  });
  await event('mcp_list_tools.completed');
  let answered = 0;
  return {
    ...conversation,
    say(text, silentMs = silenceMs + 400) {
      conversation.speak(frames(speech(text, { beforeMs: 100, afterMs: silentMs }, format), 20, format));
    },
    pause: (ms) => conversation.speak(frames(encodeSamples(silence(ms, format), format), 20, format)),
    answer: () => event('response.done', answered++),
    hear(done) {
      const id = at(done, 'response.id');
      const deltas = events('response.output_audio.delta').filter((delta) => delta['response_id'] === id);
      const bytes = Buffer.concat(deltas.map(({ delta }) => Buffer.from(String(delta), 'base64')));
      return recognise(forEars(bytes, format), answers);
    },
  };
}

/** A WAV file with the silence around the words that a recogniser waits for. */
export function forEars(bytes: Uint8Array, format: AudioFormatName): Uint8Array {
  const quiet = silence(300, format);
  const samples = Int16Array.from([quiet, decodeSamples(bytes, format), quiet].flatMap((part) => [...part]));
  const heard = inRoom({ samples, sampleRate: audioFormats[format].sampleRate });
  return writeWav(heard.samples, heard);
}

function silence(ms: number, format: AudioFormatName): Int16Array {
  return new Int16Array((ms * audioFormats[format].sampleRate) / 1000);
}
