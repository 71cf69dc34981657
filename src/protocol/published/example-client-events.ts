import type { ClientEventMap, TranslationClientEventMap } from '../types.ts';

/** One event of each type, as a client would send it. */
export const exampleClientEvents: Readonly<ClientEventMap> = {
  'session.update': {
    type: 'session.update',
    event_id: 'event_1',
    session: {
      type: 'realtime',
      instructions: 'You answer in one sentence.',
      output_modalities: ['audio'],
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24000 },
          noise_reduction: null,
          transcription: { model: 'whisper-1', language: 'en' },
          turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 },
        },
        output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'marin', speed: 1 },
      },
      tools: [
        {
          type: 'function',
          name: 'get_weather',
          description: 'Tells the weather in a city.',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      ],
      tool_choice: 'auto',
      max_output_tokens: 'inf',
    },
  },
  'input_audio_buffer.append': { type: 'input_audio_buffer.append', audio: 'AAAAAAAAAAA=' },
  'input_audio_buffer.commit': { type: 'input_audio_buffer.commit', event_id: 'event_2' },
  'input_audio_buffer.clear': { type: 'input_audio_buffer.clear', event_id: 'event_3' },
  'output_audio_buffer.clear': { type: 'output_audio_buffer.clear', event_id: 'event_4' },
  'conversation.item.create': {
    type: 'conversation.item.create',
    event_id: 'event_5',
    previous_item_id: 'item_1',
    item: {
      id: 'item_2',
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'What is the weather in Paris?' }],
    },
  },
  'conversation.item.retrieve': { type: 'conversation.item.retrieve', event_id: 'event_6', item_id: 'item_1' },
  'conversation.item.truncate': {
    type: 'conversation.item.truncate',
    event_id: 'event_7',
    item_id: 'item_3',
    content_index: 0,
    audio_end_ms: 1500,
  },
  'conversation.item.delete': { type: 'conversation.item.delete', event_id: 'event_8', item_id: 'item_2' },
  'response.create': {
    type: 'response.create',
    event_id: 'event_9',
    response: {
      conversation: 'none',
      output_modalities: ['text'],
      instructions: 'Say in one word how the user feels.',
      input: [{ type: 'item_reference', id: 'item_2' }],
      metadata: { purpose: 'mood' },
    },
  },
  'response.cancel': { type: 'response.cancel', event_id: 'event_10', response_id: 'resp_1' },
};

/** One event of each type, as the client of a translation session would send it. */
export const exampleTranslationClientEvents: Readonly<TranslationClientEventMap> = {
  'session.update': {
    type: 'session.update',
    event_id: 'event_1',
    session: {
      audio: { input: { transcription: { model: 'gpt-realtime-whisper' } }, output: { language: 'fr' } },
    },
  },
  'session.input_audio_buffer.append': { type: 'session.input_audio_buffer.append', audio: 'AAAAAAAAAAA=' },
  'session.close': { type: 'session.close', event_id: 'event_2' },
};
