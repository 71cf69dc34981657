import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import type { Program } from './program.ts';
import { type Recording, record, watch } from './recording.ts';
import { expectSound } from './soundness.ts';

export interface OpenAIConversation extends Recording {
  readonly client: OpenAIRealtimeWS;
  send(event: RealtimeClientEvent): void;
  /** Sends sound, a frame at a time. */
  speak(frames: readonly Uint8Array[]): void;
  /** Says something and asks for an answer. */
  ask(text: string): void;
  /** Waits until all is answered, closes, and checks all that passed. `errorCodes`: those of the errors that were due. */
  finish(errorCodes?: readonly string[]): Promise<void>;
}

export type OpenAITarget = { readonly model: string } | { readonly intent: 'transcription' };

/** The openai package as it is meant to be used over HTTP with this server. */
export function openaiClient(program: Program, apiKey = 'any'): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${program.url}/v1` });
}

/** The openai package's own WebSocket client, with every frame recorded. */
export async function openaiConversation(
  openai: OpenAI,
  target: OpenAITarget = { model: 'gpt-realtime' },
): Promise<OpenAIConversation> {
  const client = new OpenAIRealtimeWS(target, openai);
  client.on('error', () => {}); // error events are found in the frames
  const recording = watch(record(client.socket));
  await recording.event('session.created');
  const send: OpenAIConversation['send'] = (event) => client.send(event);
  return {
    ...recording,
    client,
    send,
    speak(frames) {
      for (const frame of frames) {
        send({ type: 'input_audio_buffer.append', audio: Buffer.from(frame).toString('base64') });
      }
    },
    ask(text) {
      send(userText(text));
      send({ type: 'response.create' });
    },
    async finish(errorCodes) {
      // The one event whose answer always comes and never fails.
      const cleared = recording.events('input_audio_buffer.cleared').length;
      send({ type: 'input_audio_buffer.clear' });
      await recording.event('input_audio_buffer.cleared', cleared);
      client.close();
      await expectSound(recording.frames, errorCodes);
    },
  };
}

export function userText(text: string): RealtimeClientEvent {
  return {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  };
}
