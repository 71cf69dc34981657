import type { ServerEventMap, TranslationServerEventMap } from '../types.ts';

const session: ServerEventMap['session.created']['session'] = {
  type: 'realtime',
  object: 'realtime.session',
  id: 'sess_1',
  model: 'gpt-realtime',
  expires_at: 1790003600,
  output_modalities: ['audio'],
  instructions: 'You answer in one sentence.',
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24000 },
      transcription: null,
      noise_reduction: null,
      turn_detection: {
        type: 'server_vad',
        threshold: 0.5,
        prefix_padding_ms: 300,
        silence_duration_ms: 500,
        idle_timeout_ms: null,
        create_response: true,
        interrupt_response: true,
      },
    },
    output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'marin', speed: 1 },
  },
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  tracing: null,
  truncation: 'auto',
  prompt: null,
  include: null,
};

const question: ServerEventMap['conversation.item.added']['item'] = {
  id: 'item_1',
  object: 'realtime.item',
  type: 'message',
  status: 'completed',
  role: 'user',
  content: [{ type: 'input_audio', transcript: null }],
};

const begunAnswer: ServerEventMap['response.output_item.added']['item'] = {
  id: 'item_2',
  object: 'realtime.item',
  type: 'message',
  status: 'in_progress',
  role: 'assistant',
  content: [],
};

const answer: ServerEventMap['response.output_item.done']['item'] = {
  ...begunAnswer,
  status: 'completed',
  content: [{ type: 'output_audio', transcript: 'Hello there.' }],
};

const begunResponse: ServerEventMap['response.created']['response'] = {
  object: 'realtime.response',
  id: 'resp_1',
  status: 'in_progress',
  status_details: null,
  output: [],
  conversation_id: 'conv_1',
  output_modalities: ['audio'],
  max_output_tokens: 'inf',
  audio: { output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'marin' } },
  usage: null,
  metadata: null,
};

const response: ServerEventMap['response.done']['response'] = {
  ...begunResponse,
  status: 'completed',
  output: [answer],
  usage: {
    total_tokens: 150,
    input_tokens: 120,
    output_tokens: 30,
    input_token_details: {
      text_tokens: 100,
      audio_tokens: 20,
      image_tokens: 0,
      cached_tokens: 64,
      cached_tokens_details: { text_tokens: 64, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: 10, audio_tokens: 20 },
  },
};

const event = { event_id: 'event_1' };
const inResponse = { ...event, response_id: 'resp_1' };
const inItem = { ...inResponse, item_id: 'item_2', output_index: 0 };
const inPart = { ...inItem, content_index: 0 };
const transcribed = { ...event, item_id: 'item_1', content_index: 0 };

const exampleHandle = 'rsm_4f1c0aA1B2C3D4E5F6G7H8I9J0K1000001q0w9e8r7t6y5u4i3o2p1aA';

/** One event of each type, as a server would send it. */
export const exampleServerEvents: Readonly<ServerEventMap> = {
  'session.created': { type: 'session.created', ...event, session },
  'session.updated': { type: 'session.updated', ...event, session },
  'session.resumption.updated': {
    type: 'session.resumption.updated',
    ...event,
    handle: exampleHandle,
    resumable: true,
    input_audio_ms: 73420,
  },
  'session.ending': {
    type: 'session.ending',
    ...event,
    reason: 'expiring',
    time_left_ms: 60000,
    handle: exampleHandle,
  },
  'rate_limits.updated': {
    type: 'rate_limits.updated',
    ...event,
    rate_limits: [
      { name: 'requests', limit: 1000, remaining: 999, reset_seconds: 60 },
      { name: 'tokens', limit: 50000, remaining: 49950, reset_seconds: 60 },
    ],
  },
  error: {
    type: 'error',
    ...event,
    error: {
      type: 'invalid_request_error',
      code: 'invalid_value',
      message: "Invalid value: 'loud'. Supported values are: 'text', 'audio'.",
      param: 'session.output_modalities[0]',
      event_id: 'event_9',
    },
  },
  'conversation.created': {
    type: 'conversation.created',
    ...event,
    conversation: { id: 'conv_1', object: 'realtime.conversation' },
  },
  'conversation.item.created': {
    type: 'conversation.item.created',
    ...event,
    previous_item_id: null,
    item: question,
  },
  'conversation.item.added': { type: 'conversation.item.added', ...event, previous_item_id: null, item: question },
  'conversation.item.done': { type: 'conversation.item.done', ...event, previous_item_id: null, item: question },
  'conversation.item.retrieved': {
    type: 'conversation.item.retrieved',
    ...event,
    item: {
      id: 'item_1',
      object: 'realtime.item',
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_audio', transcript: 'Hello.', audio: 'AAAAAAAAAAA=' }],
    },
  },
  'conversation.item.truncated': {
    type: 'conversation.item.truncated',
    ...event,
    item_id: 'item_2',
    content_index: 0,
    audio_end_ms: 1500,
  },
  'conversation.item.deleted': { type: 'conversation.item.deleted', ...event, item_id: 'item_1' },
  'conversation.item.input_audio_transcription.delta': {
    type: 'conversation.item.input_audio_transcription.delta',
    ...transcribed,
    delta: 'Hello',
    obfuscation: 'x1Yz',
  },
  'conversation.item.input_audio_transcription.completed': {
    type: 'conversation.item.input_audio_transcription.completed',
    ...transcribed,
    transcript: 'Hello.',
    usage: {
      type: 'tokens',
      total_tokens: 22,
      input_tokens: 13,
      output_tokens: 9,
      input_token_details: { text_tokens: 0, audio_tokens: 13 },
    },
    logprobs: [{ token: 'Hello', bytes: [72, 101, 108, 108, 111], logprob: -0.01 }],
  },
  'conversation.item.input_audio_transcription.segment': {
    type: 'conversation.item.input_audio_transcription.segment',
    ...transcribed,
    id: 'seg_1',
    text: 'Hello.',
    speaker: 'A',
    start: 0,
    end: 0.4,
  },
  'conversation.item.input_audio_transcription.failed': {
    type: 'conversation.item.input_audio_transcription.failed',
    ...transcribed,
    error: {
      type: 'transcription_error',
      code: 'audio_unintelligible',
      message: 'The audio could not be transcribed.',
      param: null,
    },
  },
  'input_audio_buffer.committed': {
    type: 'input_audio_buffer.committed',
    ...event,
    item_id: 'item_1',
    previous_item_id: null,
  },
  'input_audio_buffer.cleared': { type: 'input_audio_buffer.cleared', ...event },
  'input_audio_buffer.speech_started': {
    type: 'input_audio_buffer.speech_started',
    ...event,
    item_id: 'item_1',
    audio_start_ms: 1200,
  },
  'input_audio_buffer.speech_stopped': {
    type: 'input_audio_buffer.speech_stopped',
    ...event,
    item_id: 'item_1',
    audio_end_ms: 3400,
  },
  'input_audio_buffer.timeout_triggered': {
    type: 'input_audio_buffer.timeout_triggered',
    ...event,
    item_id: 'item_3',
    audio_start_ms: 13216,
    audio_end_ms: 19232,
  },
  'input_audio_buffer.dtmf_event_received': {
    type: 'input_audio_buffer.dtmf_event_received',
    event: '9',
    received_at: 1790000000,
  },
  'output_audio_buffer.started': { type: 'output_audio_buffer.started', ...inResponse },
  'output_audio_buffer.stopped': { type: 'output_audio_buffer.stopped', ...inResponse },
  'output_audio_buffer.cleared': { type: 'output_audio_buffer.cleared', ...inResponse },
  'response.created': { type: 'response.created', ...event, response: begunResponse },
  'response.done': { type: 'response.done', ...event, response },
  'response.output_item.added': {
    type: 'response.output_item.added',
    ...inResponse,
    output_index: 0,
    item: begunAnswer,
  },
  'response.output_item.done': { type: 'response.output_item.done', ...inResponse, output_index: 0, item: answer },
  'response.content_part.added': {
    type: 'response.content_part.added',
    ...inPart,
    part: { type: 'audio', transcript: '' },
  },
  'response.content_part.done': {
    type: 'response.content_part.done',
    ...inPart,
    part: { type: 'audio', transcript: 'Hello there.' },
  },
  'response.output_text.delta': { type: 'response.output_text.delta', ...inPart, delta: 'Hello ', obfuscation: 'q7' },
  'response.output_text.done': { type: 'response.output_text.done', ...inPart, text: 'Hello there.' },
  'response.output_audio.delta': { type: 'response.output_audio.delta', ...inPart, delta: 'AAAAAAAAAAA=' },
  'response.output_audio.done': { type: 'response.output_audio.done', ...inPart },
  'response.output_audio_transcript.delta': {
    type: 'response.output_audio_transcript.delta',
    ...inPart,
    delta: 'Hello ',
    obfuscation: 'q7',
  },
  'response.output_audio_transcript.done': {
    type: 'response.output_audio_transcript.done',
    ...inPart,
    transcript: 'Hello there.',
  },
  'response.function_call_arguments.delta': {
    type: 'response.function_call_arguments.delta',
    ...inItem,
    call_id: 'call_1',
    delta: '{"city":',
  },
  'response.function_call_arguments.done': {
    type: 'response.function_call_arguments.done',
    ...inItem,
    call_id: 'call_1',
    name: 'get_weather',
    arguments: '{"city":"Paris"}',
  },
  'mcp_list_tools.in_progress': { type: 'mcp_list_tools.in_progress', ...event, item_id: 'mcpl_1' },
  'mcp_list_tools.completed': { type: 'mcp_list_tools.completed', ...event, item_id: 'mcpl_1' },
  'mcp_list_tools.failed': { type: 'mcp_list_tools.failed', ...event, item_id: 'mcpl_1' },
  'response.mcp_call_arguments.delta': {
    type: 'response.mcp_call_arguments.delta',
    ...inItem,
    delta: '{"query":',
    obfuscation: null,
  },
  'response.mcp_call_arguments.done': {
    type: 'response.mcp_call_arguments.done',
    ...inItem,
    arguments: '{"query":"weather"}',
  },
  'response.mcp_call.in_progress': {
    type: 'response.mcp_call.in_progress',
    ...event,
    item_id: 'mcp_1',
    output_index: 0,
  },
  'response.mcp_call.completed': { type: 'response.mcp_call.completed', ...event, item_id: 'mcp_1', output_index: 0 },
  'response.mcp_call.failed': { type: 'response.mcp_call.failed', ...event, item_id: 'mcp_1', output_index: 0 },
};

const translation: TranslationServerEventMap['session.created']['session'] = {
  type: 'translation',
  id: 'sess_1',
  model: 'gpt-realtime-translate',
  expires_at: 1790003600,
  audio: {
    input: { transcription: { model: 'gpt-realtime-whisper' }, noise_reduction: null },
    output: { language: 'fr' },
  },
};

/** One event of each type, as the server of a translation session would send it. */
export const exampleTranslationServerEvents: Readonly<TranslationServerEventMap> = {
  'session.created': { type: 'session.created', ...event, session: translation },
  'session.updated': { type: 'session.updated', ...event, session: translation },
  'session.closed': { type: 'session.closed', ...event },
  'session.input_transcript.delta': {
    type: 'session.input_transcript.delta',
    ...event,
    delta: ' good',
    elapsed_ms: 1200,
  },
  'session.output_transcript.delta': {
    type: 'session.output_transcript.delta',
    ...event,
    delta: ' bonjour',
    elapsed_ms: 1400,
  },
  'session.output_audio.delta': {
    type: 'session.output_audio.delta',
    ...event,
    delta: 'AAAAAAAAAAA=',
    format: 'pcm16',
    sample_rate: 24000,
    channels: 1,
    elapsed_ms: 1400,
  },
  error: exampleServerEvents.error,
};
