import { OpenAIRealtimeBase, type RealtimeClientMessage, type RealtimeItem } from '@openai/agents-realtime';
import type { RealtimeClientEvent, RealtimeTranslationClientEvent } from 'openai/resources/realtime/realtime';
import { describe, expect, it } from 'vitest';
import { parseClientEvent, parseTranslationClientEvent } from '../../src/protocol/parse.ts';

/** The official agents client with its wire cut: it keeps what it would have sent, as it would have been written. */
// oxlint-disable no-underscore-dangle -- the name is the client's own
class AgentsClient extends OpenAIRealtimeBase {
  readonly sent: string[] = [];
  readonly status = 'connected';
  readonly muted = false;
  async connect(): Promise<void> {}
  mute(): void {}
  close(): void {}
  interrupt(): void {}
  trace(settings: Parameters<AgentsClient['_updateTracingConfig']>[0]): void {
    this._updateTracingConfig(settings);
  }
  sendEvent(event: RealtimeClientMessage): void {
    this.sent.push(JSON.stringify(event));
  }
}

/** The texts that the client sends. */
function sentBy(use: (client: AgentsClient) => void): string[] {
  const client = new AgentsClient({ model: 'gpt-realtime', apiKey: 'key' });
  use(client);
  return client.sent;
}

/** What comes out of the parser, written again: the same text where it passes, and the error where it does not. */
function parsed(text: string): string {
  const result = parseClientEvent(text);
  return JSON.stringify(result.ok ? result.event : result.error);
}

describe('the official agents client', () => {
  it('is understood when it sets the session up, by default and in full', () => {
    const sent = sentBy((client) => {
      client.updateSessionConfig({});
      client.updateSessionConfig({ outputModalities: ['text'], audio: { input: { turnDetection: null } } });
      client.updateSessionConfig({
        instructions: 'Be kind.',
        toolChoice: 'required',
        parallelToolCalls: false,
        reasoning: { effort: 'low' },
        prompt: { promptId: 'pmpt_1', version: '2', variables: { name: 'Ann' } },
        audio: {
          input: {
            format: 'g711_ulaw',
            noiseReduction: { type: 'near_field' },
            transcription: { model: 'gpt-4o-transcribe', language: 'en' },
            turnDetection: { type: 'server_vad', threshold: 0.4, silenceDurationMs: 300, idleTimeoutMs: 6000 },
          },
          output: { format: 'pcm16', voice: 'marin', speed: 1.1 },
        },
        tools: [
          {
            type: 'function',
            name: 'get_weather',
            description: 'Weather.',
            strict: true,
            parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
          },
          {
            type: 'mcp',
            server_label: 'docs',
            server_url: 'https://mcp.example',
            headers: { 'x-team': 'voice' },
            allowed_tools: { tool_names: ['search'] },
            require_approval: { always: { tool_names: ['delete'] } },
          },
        ] as never, // the client takes its own tool objects; these are their plain fields
      });
    });
    expect(sent).toHaveLength(3);
    expect(sent.map(parsed)).toEqual(sent);
    expect(sent[0]).toContain('"noise_reduction":null');
  });

  it('is understood when it traces', () => {
    const sent = sentBy((client) => {
      client.trace('auto');
      client.trace({ workflow_name: 'calls', group_id: 'g', metadata: { any: 'thing' } });
      client.trace(null);
    });
    expect(sent).toHaveLength(3);
    expect(sent.map(parsed)).toEqual(sent);
  });

  it('is understood when it speaks, types and shows', () => {
    const sent = sentBy((client) => {
      client.sendAudio(new Uint8Array(4800).buffer, { commit: true });
      client.sendMessage('Hello', { event_id: 'evt_1' });
      client.addImage('data:image/png;base64,AAAA');
      client.requestResponse({ instructions: 'Say hi.' });
    });
    expect(sent).toHaveLength(7);
    expect(sent.map(parsed)).toEqual(sent);
  });

  it('is understood when it answers calls and approvals', () => {
    const sent = sentBy((client) => {
      client.sendFunctionCallOutput(
        {
          type: 'function_call',
          id: 'item_1',
          responseId: 'resp_1',
          callId: 'call_1',
          name: 'get_weather',
          arguments: '{}',
        },
        '{"sunny":true}',
      );
      const request = { type: 'mcp_approval_request', itemId: 'mcpr_1' } as never; // only the id is read
      client.sendMcpResponse(request, true);
      client.sendMcpResponse(request, false, 'No.');
    });
    expect(sent).toHaveLength(4);
    expect(sent.map(parsed)).toEqual(sent);
  });

  it('is understood when it rewrites history, with the nulls that its items hold', () => {
    const history: RealtimeItem[] = [
      { itemId: 'item_1', type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be kind.' }] },
      {
        itemId: 'item_2',
        type: 'message',
        role: 'user',
        status: 'completed',
        content: [
          { type: 'input_text', text: 'Hi' },
          { type: 'input_audio', audio: null, transcript: null },
        ],
      },
      {
        itemId: 'item_3',
        type: 'message',
        role: 'assistant',
        status: 'incomplete',
        content: [{ type: 'output_text', text: 'Hi' }],
      },
    ];
    const kept: RealtimeItem = { itemId: 'item_9', type: 'message', role: 'system', content: [] };
    const sent = sentBy((client) => {
      client.resetHistory([kept], [...history, kept]);
      client.resetHistory([...history], []);
    });
    expect(sent).toHaveLength(6);
    expect(sent.map(parsed)).toEqual(sent);
    expect(sent[0]).toContain('"previous_item_id":"root"');
  });
});

describe('other clients that people use', () => {
  it.each<[client: string, event: object]>([
    [
      'LiveKit sets the session up',
      {
        type: 'session.update',
        event_id: 'session_update_1',
        session: {
          type: 'realtime',
          model: 'gpt-realtime',
          output_modalities: ['audio'],
          audio: {
            input: {
              format: { type: 'audio/pcm', rate: 24000 },
              noise_reduction: null,
              transcription: { model: 'gpt-4o-mini-transcribe', language: 'en' },
              turn_detection: {
                type: 'semantic_vad',
                eagerness: 'medium',
                create_response: true,
                interrupt_response: true,
              },
            },
            output: { format: { type: 'audio/pcm', rate: 24000 }, speed: 1, voice: 'marin' },
          },
          max_output_tokens: 'inf',
          tool_choice: 'auto',
          tracing: null,
        },
      },
    ],
    [
      'LiveKit sets its tools',
      {
        type: 'session.update',
        event_id: 'tools_update_1',
        session: {
          type: 'realtime',
          model: 'gpt-realtime',
          tools: [{ type: 'function', name: 'f', description: '', parameters: { type: 'object' } }],
        },
      },
    ],
    [
      'LiveKit asks for a response',
      {
        type: 'response.create',
        event_id: 'response_create_1',
        response: { instructions: 'Greet.', metadata: { client_event_id: 'response_create_1' } },
      },
    ],
    [
      'LiveKit replays history',
      {
        type: 'conversation.item.create',
        event_id: 'chat_ctx_create_1',
        previous_item_id: 'root',
        item: { id: 'item_1', type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
      },
    ],
    [
      'pipecat sets the session up',
      {
        event_id: '4f0e0ce0-0a0e-4f8e-8c77-4f0e0ce00a0e',
        type: 'session.update',
        session: {
          type: 'realtime',
          instructions: 'Be kind.',
          audio: {
            input: {
              format: { type: 'audio/pcm', rate: 24000 },
              transcription: { model: 'gpt-4o-transcribe' },
              turn_detection: null,
            },
            output: { format: { type: 'audio/pcm', rate: 24000 } },
          },
          tools: [],
        },
      },
    ],
    [
      'pipecat adds an item under an id of 32 characters',
      {
        event_id: '4f0e0ce0-0a0e-4f8e-8c77-4f0e0ce00a0e',
        type: 'conversation.item.create',
        item: {
          id: '4f0e0ce00a0e4f8e8c774f0e0ce00a0e',
          type: 'message',
          role: 'user',
          content: [{ type: 'input_text', text: 'Hello' }],
        },
      },
    ],
    [
      'pipecat asks for a response',
      { event_id: 'e', type: 'response.create', response: { output_modalities: ['audio'] } },
    ],
    ['pipecat retrieves an item', { event_id: 'rci_item_1', type: 'conversation.item.retrieve', item_id: 'item_1' }],
    [
      'a Twilio bridge sets the session up',
      {
        type: 'session.update',
        session: {
          type: 'realtime',
          model: 'gpt-realtime',
          output_modalities: ['audio'],
          audio: {
            input: { format: { type: 'audio/pcmu' }, turn_detection: { type: 'server_vad' } },
            output: { format: { type: 'audio/pcmu' }, voice: 'alloy' },
          },
          instructions: 'Be kind.',
        },
      },
    ],
  ])('%s', (_client, event) => {
    const text = JSON.stringify(event);
    expect(parsed(text)).toBe(text);
  });
});

describe('what the official types allow', () => {
  it('passes', () => {
    const events: RealtimeClientEvent[] = [
      { type: 'session.update', session: { type: 'transcription', audio: { input: { turn_detection: null } } } },
      { type: 'session.update', session: { type: 'realtime', truncation: 'disabled', tool_choice: 'required' } },
      { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{}] } },
      { type: 'response.create' },
      { type: 'output_audio_buffer.clear' },
      { type: 'conversation.item.truncate', item_id: 'item_1', content_index: 0, audio_end_ms: 1200 },
    ];
    const texts = events.map((event) => JSON.stringify(event));
    expect(texts.map(parsed)).toEqual(texts);
    const translation: RealtimeTranslationClientEvent = {
      type: 'session.update',
      session: { audio: { input: { noise_reduction: null }, output: { language: 'es' } } },
    };
    expect(parseTranslationClientEvent(JSON.stringify(translation))).toMatchObject({ ok: true });
  });
});
