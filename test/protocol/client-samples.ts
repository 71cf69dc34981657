import type { ClientEventMap } from '../../src/protocol/types.ts';
import { callItem, userItem } from './item-samples.ts';

const event_id = 'event_1';

/** One event of each type that a client sends: everything set that can be set together. */
export const clientSamples: ClientEventMap = {
  'session.update': {
    type: 'session.update',
    event_id,
    session: {
      type: 'realtime',
      model: 'gpt-realtime',
      instructions: '',
      output_modalities: ['text'],
      audio: {
        input: {
          format: { type: 'audio/pcma' },
          noise_reduction: { type: 'far_field', strength: 0.5 },
          transcription: { model: 'gpt-transcribe', languages: ['en', 'de'], keywords: ['antiphon'], delay: 'low' },
          turn_detection: { type: 'semantic_vad', eagerness: 'low', create_response: false, interrupt_response: false },
        },
        output: { format: {}, speed: 1.5, voice: { id: 'voice_1' } },
      },
      tools: [
        {
          type: 'function',
          name: 'get_weather',
          description: 'Weather.',
          parameters: { type: 'object', any: [1, null] },
        },
        {
          type: 'mcp',
          server_label: 'docs',
          server_url: 'https://mcp.example',
          server_description: 'Documents',
          authorization: 'token',
          headers: { 'x-team': 'voice' },
          allowed_tools: { read_only: true, tool_names: ['search'] },
          allowed_callers: ['direct'],
          require_approval: { always: { tool_names: ['delete'] }, never: { read_only: true } },
          defer_loading: false,
        },
        {
          type: 'mcp',
          server_label: 'tunnel',
          tunnel_id: `tunnel_${'a1'.repeat(16)}`,
          allowed_tools: ['search'],
          require_approval: 'never',
        },
        { type: 'mcp', server_label: 'mail', connector_id: 'connector_gmail', allowed_tools: null, headers: null },
      ],
      tool_choice: { type: 'mcp', server_label: 'docs', name: null },
      parallel_tool_calls: true,
      reasoning: { effort: 'xhigh' },
      max_output_tokens: 4096,
      tracing: { workflow_name: 'calls', group_id: 'g', metadata: { any: ['thing'] } },
      truncation: { type: 'retention_ratio', retention_ratio: 0.8, token_limits: { post_instructions: 8000 } },
      prompt: {
        id: 'pmpt_1',
        version: null,
        variables: {
          name: 'Ann',
          text: { type: 'input_text', text: 'hi', prompt_cache_breakpoint: { mode: 'explicit', ttl: '30m' } },
          image: { type: 'input_image', detail: 'original', image_url: null },
          file: { type: 'input_file', file_id: null, filename: 'a.pdf', detail: 'low' },
        },
      },
      include: ['item.input_audio_transcription.logprobs'],
    },
  },
  'input_audio_buffer.append': { type: 'input_audio_buffer.append', event_id, audio: 'AAAA' },
  'input_audio_buffer.commit': { type: 'input_audio_buffer.commit', event_id },
  'input_audio_buffer.clear': { type: 'input_audio_buffer.clear', event_id },
  'output_audio_buffer.clear': { type: 'output_audio_buffer.clear', event_id },
  'conversation.item.create': { type: 'conversation.item.create', event_id, previous_item_id: 'root', item: userItem },
  'conversation.item.retrieve': { type: 'conversation.item.retrieve', event_id, item_id: 'item_1' },
  'conversation.item.truncate': {
    type: 'conversation.item.truncate',
    event_id,
    item_id: 'item_1',
    content_index: 0,
    audio_end_ms: 0,
  },
  'conversation.item.delete': { type: 'conversation.item.delete', event_id, item_id: 'item_1' },
  'response.create': {
    type: 'response.create',
    event_id,
    response: {
      conversation: 'none',
      input: [
        { type: 'item_reference', id: 'item_1' },
        { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes.' }] },
        callItem,
        { type: 'function_call_output', call_id: 'call_1', output: '' },
        { type: 'mcp_approval_response', id: 'mcpr_1', approval_request_id: 'mcpa_1', approve: false, reason: null },
      ],
      instructions: 'Answer.',
      output_modalities: ['audio'],
      audio: { output: { format: { type: 'audio/pcmu' }, voice: 'marin' } },
      tools: [],
      tool_choice: { type: 'function', name: 'get_weather' },
      parallel_tool_calls: false,
      reasoning: {},
      max_output_tokens: 'inf',
      prompt: null,
      metadata: { client_event_id: 'response_create_1' },
    },
  },
  'response.cancel': { type: 'response.cancel', event_id, response_id: 'resp_1' },
};
