import type { Response, ServerEventMap, SessionPayload } from '../../src/protocol/types.ts';
import { callItem, userItem } from './item-samples.ts';

const runningResponse: Response = {
  object: 'realtime.response',
  id: 'resp_1',
  status: 'in_progress',
  status_details: null,
  output: [],
  conversation_id: 'conv_1',
  output_modalities: ['audio'],
  max_output_tokens: 'inf',
  audio: { output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'alloy' } },
  usage: null,
  metadata: null,
};

const endedResponse: Response = {
  ...runningResponse,
  status: 'failed',
  status_details: {
    type: 'failed',
    error: { type: 'server_error', code: 'server_error', message: 'The model failed.' },
  },
  output: [userItem, callItem],
  conversation_id: null,
  metadata: { topic: 'weather' },
  usage: {
    total_tokens: 30,
    input_tokens: 20,
    output_tokens: 10,
    input_token_details: {
      text_tokens: 10,
      audio_tokens: 10,
      image_tokens: 0,
      cached_tokens: 5,
      cached_tokens_details: { text_tokens: 5, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: 4, audio_tokens: 6 },
  },
};

const defaultSession: SessionPayload = {
  type: 'realtime',
  object: 'realtime.session',
  id: 'sess_1',
  model: 'gpt-realtime',
  output_modalities: ['audio'],
  instructions: 'Be kind.',
  tools: [],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  tracing: null,
  prompt: null,
  include: null,
  truncation: 'auto',
  expires_at: 1_790_000_000,
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24000 },
      transcription: { model: 'whisper-1', language: null, prompt: null },
      noise_reduction: null,
      turn_detection: {
        type: 'server_vad',
        threshold: 0.5,
        prefix_padding_ms: 300,
        silence_duration_ms: 200,
        idle_timeout_ms: null,
        create_response: true,
        interrupt_response: true,
      },
    },
    output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'alloy', speed: 1 },
  },
};

const transcribingSession: SessionPayload = {
  type: 'transcription',
  object: 'realtime.transcription_session',
  id: 'sess_2',
  expires_at: 0,
  include: ['item.input_audio_transcription.logprobs'],
  audio: { input: { format: { type: 'audio/pcmu' }, transcription: null, turn_detection: { threshold: 0.5 } } },
};

const event_id = 'event_1';
const inResponse = { event_id, response_id: 'resp_1' };
const ofItem = { ...inResponse, item_id: 'item_2', output_index: 0 };
const ofPart = { ...ofItem, content_index: 0 };
const transcribed = { event_id, item_id: 'item_1', content_index: 0 };
const logprobs = [{ token: 'Hi', bytes: [72, 105], logprob: -0.1 }];

/** One event of each type that a server sends, with the nulls that the wire has. */
export const serverSamples: ServerEventMap = {
  'session.created': { type: 'session.created', event_id, session: defaultSession },
  'session.updated': { type: 'session.updated', event_id, session: transcribingSession },
  'session.resumption.updated': {
    type: 'session.resumption.updated',
    event_id,
    handle: 'rsm_1',
    resumable: true,
    input_audio_ms: 1500,
  },
  'session.ending': {
    type: 'session.ending',
    event_id,
    reason: 'draining',
    time_left_ms: 5000,
    handle: 'rsm_1',
  },
  'rate_limits.updated': {
    type: 'rate_limits.updated',
    event_id,
    rate_limits: [{ name: 'tokens', limit: 40_000, remaining: 39_000, reset_seconds: 1.5 }],
  },
  error: {
    type: 'error',
    event_id,
    error: {
      type: 'invalid_request_error',
      code: 'invalid_value',
      message: 'No.',
      param: 'session.type',
      event_id: null,
    },
  },
  'conversation.created': {
    type: 'conversation.created',
    event_id,
    conversation: { id: 'conv_1', object: 'realtime.conversation' },
  },
  'conversation.item.created': {
    type: 'conversation.item.created',
    event_id,
    previous_item_id: null,
    item: { id: 'mcpl_1', type: 'mcp_list_tools', server_label: 'docs', tools: [] },
  },
  'conversation.item.added': {
    type: 'conversation.item.added',
    event_id,
    previous_item_id: null,
    item: { id: 'item_4', type: 'message', status: 'in_progress', role: 'assistant', content: [] },
  },
  'conversation.item.done': {
    type: 'conversation.item.done',
    event_id,
    previous_item_id: 'item_0',
    item: {
      id: 'mcpl_1',
      type: 'mcp_list_tools',
      server_label: 'docs',
      tools: [{ name: 'search', input_schema: true, description: null, annotations: { readOnlyHint: true } }],
    },
  },
  'conversation.item.retrieved': {
    type: 'conversation.item.retrieved',
    event_id,
    item: {
      id: 'item_4',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_audio', audio: 'AAAA', transcript: 'Yes.' }],
    },
  },
  'conversation.item.truncated': { type: 'conversation.item.truncated', ...transcribed, audio_end_ms: 1500 },
  'conversation.item.deleted': { type: 'conversation.item.deleted', event_id, item_id: 'item_1' },
  'conversation.item.input_audio_transcription.delta': {
    type: 'conversation.item.input_audio_transcription.delta',
    ...transcribed,
    delta: 'Hel',
    logprobs: null,
    obfuscation: 'zz',
  },
  'conversation.item.input_audio_transcription.completed': {
    type: 'conversation.item.input_audio_transcription.completed',
    ...transcribed,
    transcript: 'Hello',
    usage: {
      type: 'tokens',
      total_tokens: 3,
      input_tokens: 2,
      output_tokens: 1,
      input_token_details: { text_tokens: 0, audio_tokens: 2 },
    },
    languages: [{ code: 'en' }],
    logprobs,
  },
  'conversation.item.input_audio_transcription.segment': {
    type: 'conversation.item.input_audio_transcription.segment',
    ...transcribed,
    id: 'seg_1',
    text: 'Hello',
    speaker: 'A',
    start: 0,
    end: 0.4,
  },
  'conversation.item.input_audio_transcription.failed': {
    type: 'conversation.item.input_audio_transcription.failed',
    ...transcribed,
    error: { type: 'transcription_error', code: 'audio_unintelligible', message: 'What?', param: null },
  },
  'input_audio_buffer.committed': {
    type: 'input_audio_buffer.committed',
    event_id,
    item_id: 'item_1',
    previous_item_id: null,
  },
  'input_audio_buffer.cleared': { type: 'input_audio_buffer.cleared', event_id },
  'input_audio_buffer.speech_started': {
    type: 'input_audio_buffer.speech_started',
    event_id,
    item_id: 'item_1',
    audio_start_ms: 0,
  },
  'input_audio_buffer.speech_stopped': {
    type: 'input_audio_buffer.speech_stopped',
    event_id,
    item_id: 'item_1',
    audio_end_ms: 900,
  },
  'input_audio_buffer.timeout_triggered': {
    type: 'input_audio_buffer.timeout_triggered',
    event_id,
    item_id: 'item_1',
    audio_start_ms: 100,
    audio_end_ms: 6100,
  },
  'input_audio_buffer.dtmf_event_received': {
    type: 'input_audio_buffer.dtmf_event_received',
    event: '9',
    received_at: 1_790_000_000,
  },
  'output_audio_buffer.started': { type: 'output_audio_buffer.started', ...inResponse },
  'output_audio_buffer.stopped': { type: 'output_audio_buffer.stopped', ...inResponse },
  'output_audio_buffer.cleared': { type: 'output_audio_buffer.cleared', ...inResponse },
  'response.created': { type: 'response.created', event_id, response: runningResponse },
  'response.done': { type: 'response.done', event_id, response: endedResponse },
  'response.output_item.added': {
    type: 'response.output_item.added',
    ...inResponse,
    output_index: 0,
    item: {
      id: 'mcp_1',
      type: 'mcp_call',
      server_label: 'docs',
      name: 'search',
      arguments: '{}',
      approval_request_id: null,
      output: null,
      error: null,
    },
  },
  'response.output_item.done': {
    type: 'response.output_item.done',
    ...inResponse,
    output_index: 0,
    item: {
      id: 'mcp_1',
      type: 'mcp_call',
      server_label: 'docs',
      name: 'search',
      arguments: '{}',
      error: { type: 'http_error', code: 502, message: 'Bad gateway' },
    },
  },
  'response.content_part.added': { type: 'response.content_part.added', ...ofPart, part: { type: 'text', text: '' } },
  'response.content_part.done': {
    type: 'response.content_part.done',
    ...ofPart,
    part: { type: 'audio', transcript: 'Hello' },
  },
  'response.output_text.delta': { type: 'response.output_text.delta', ...ofPart, delta: 'He', obfuscation: 'zz' },
  'response.output_text.done': { type: 'response.output_text.done', ...ofPart, text: 'Hello' },
  'response.output_audio.delta': { type: 'response.output_audio.delta', ...ofPart, delta: 'AAAA' },
  'response.output_audio.done': { type: 'response.output_audio.done', ...ofPart },
  'response.output_audio_transcript.delta': { type: 'response.output_audio_transcript.delta', ...ofPart, delta: 'He' },
  'response.output_audio_transcript.done': {
    type: 'response.output_audio_transcript.done',
    ...ofPart,
    transcript: 'Hello',
  },
  'response.function_call_arguments.delta': {
    type: 'response.function_call_arguments.delta',
    ...ofItem,
    call_id: 'call_1',
    delta: '{"a"',
  },
  'response.function_call_arguments.done': {
    type: 'response.function_call_arguments.done',
    ...ofItem,
    call_id: 'call_1',
    name: 'get_weather',
    arguments: '{}',
  },
  'mcp_list_tools.in_progress': { type: 'mcp_list_tools.in_progress', event_id, item_id: 'mcpl_1' },
  'mcp_list_tools.completed': { type: 'mcp_list_tools.completed', event_id, item_id: 'mcpl_1' },
  'mcp_list_tools.failed': { type: 'mcp_list_tools.failed', event_id, item_id: 'mcpl_1' },
  'response.mcp_call_arguments.delta': {
    type: 'response.mcp_call_arguments.delta',
    ...ofItem,
    delta: '{"a"',
    obfuscation: null,
  },
  'response.mcp_call_arguments.done': { type: 'response.mcp_call_arguments.done', ...ofItem, arguments: '{}' },
  'response.mcp_call.in_progress': {
    type: 'response.mcp_call.in_progress',
    event_id,
    item_id: 'mcp_1',
    output_index: 0,
  },
  'response.mcp_call.completed': { type: 'response.mcp_call.completed', event_id, item_id: 'mcp_1', output_index: 0 },
  'response.mcp_call.failed': { type: 'response.mcp_call.failed', event_id, item_id: 'mcp_1', output_index: 0 },
};
