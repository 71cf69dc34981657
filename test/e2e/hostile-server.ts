import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { WebSocketServer } from 'ws';

/** Everything that may do something to a terminal, to the direction of writing or to a line. */
export const evil = [
  '\x1b[2J\x1b]0;mine\x07\x9b31m\x9d0;mine\x9c\r\nantiphon: all is well\x08\x08\t\x7f',
  ...Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)),
  ...Array.from({ length: 0x21 }, (_, index) => String.fromCharCode(0x7f + index)),
  '\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069',
].join('');

type Event = { readonly type: string; readonly [field: string]: unknown };

/** How the answer ends. */
export type Ending = 'completed' | 'incomplete' | 'failed' | 'refused' | 'closed';

/** Fields whose values tell a client what is going on. */
const structural = /^(type|id|.*_id|role|status|phase|delta_of|audio)$/;

/** The value with something evil at the end of each of its texts. */
function spoilt(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return structural.test(name) ? value : value + evil;
  if (Array.isArray(value)) return value.map((each) => spoilt(each, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoilt(inner, key)]));
}

const session = {
  type: 'realtime',
  id: 'sess_1',
  instructions: 'none',
  audio: { input: { turn_detection: null, transcription: null }, output: {} },
  tools: [],
};

const mcp = { server_label: 'files', name: 'read', arguments: '{"a":1}' };

const item = (id: string, rest: object) => ({ type: 'conversation.item.added', item: { id, ...rest } });

/** What the user is heard to say, tools of every kind, and words. */
function conversation(): Event[] {
  const spoken = { type: 'message', role: 'user', status: 'completed' };
  const list = { type: 'mcp_list_tools', server_label: 'files', tools: [{ name: 'read', input_schema: {} }] };
  const broken = { type: 'mcp_call', ...mcp, output: null, error: null };
  const error = { type: 'protocol_error', code: 1, message: 'It broke.' };
  const failed = { type: 'input_audio_transcription_error', code: 'no_words', message: 'No words.' };
  return [
    item('item_heard', { ...spoken, content: [{ type: 'input_audio', transcript: 'heard' }] }),
    item('item_unheard', { ...spoken, content: [{ type: 'input_audio', transcript: null }] }),
    {
      type: 'conversation.item.input_audio_transcription.failed',
      item_id: 'item_unheard',
      content_index: 0,
      error: failed,
    },
    item('item_system', { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'be brief' }] }),
    item('item_list', { ...list, status: 'in_progress', tools: [] }),
    { type: 'mcp_list_tools.completed', item_id: 'item_list' },
    { type: 'conversation.item.done', item: { ...list, id: 'item_list', status: 'completed' } },
    item('item_mcp', { type: 'mcp_call', status: 'completed', ...mcp, output: 'text of a file', error: null }),
    item('item_broken', { ...broken, status: 'in_progress' }),
    { type: 'response.mcp_call.failed', item_id: 'item_broken', output_index: 0 },
    { type: 'conversation.item.done', item: { ...broken, id: 'item_broken', status: 'failed', error } },
    { type: 'error', error: { type: 'invalid_request_error', code: 'invalid_value', message: 'No.', param: 'a' } },
    { type: 'rate_limits.updated', rate_limits: [{ name: 'tokens', limit: 1, remaining: 1, reset_seconds: 1 }] },
    { type: 'something.unheard_of', text: 'what' },
  ];
}

/** An answer in words, with a call of a tool that is not there, to its end. */
function answer(ending: Ending, metadata: unknown): Event[] {
  const call = { type: 'function_call', id: 'item_call', call_id: 'call_1', name: 'open', arguments: '{"b":2}' };
  const request = { type: 'mcp_approval_request', id: 'item_request', ...mcp };
  const message = { type: 'message', id: 'item_answer', role: 'assistant', status: 'completed' };
  const at = { response_id: 'resp_1', item_id: 'item_answer', output_index: 0, content_index: 0 };
  const text = 'the answer\nin two lines';
  const details = {
    completed: null,
    failed: { type: 'failed', error: { type: 'server_error', code: 'broken', message: 'It broke.' } },
    incomplete: { type: 'incomplete', reason: 'max_output_tokens' },
  }[ending === 'refused' || ending === 'closed' ? 'completed' : ending];
  const response = { id: 'resp_1', object: 'realtime.response', conversation_id: 'conv_1', metadata };
  const status = details?.type ?? 'completed';
  return [
    { type: 'response.created', response: { ...response, status: 'in_progress', status_details: null, output: [] } },
    { type: 'response.output_item.added', ...at, item: { ...message, status: 'in_progress', content: [] } },
    item('item_answer', { ...message, status: 'in_progress', content: [] }),
    { type: 'response.content_part.added', ...at, part: { type: 'text', text: '' } },
    { type: 'response.output_text.delta', ...at, delta: text },
    { type: 'response.output_text.done', ...at, text },
    { type: 'conversation.item.done', item: { ...message, content: [{ type: 'output_text', text }] } },
    { type: 'response.output_item.done', ...at, item: { ...message, content: [{ type: 'output_text', text }] } },
    item('item_request', request),
    { type: 'response.output_item.done', ...at, item_id: 'item_request', item: request },
    item('item_call', { ...call, status: 'completed' }),
    item('item_output', { type: 'function_call_output', call_id: 'call_1', output: 'what it gave' }),
    {
      type: 'response.done',
      response: { ...response, status, status_details: details, output: [message], usage: null },
    },
  ];
}

const open: WebSocketServer[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

/** A server that means harm by every text that it sends. Gives its address. */
export async function hostileServer(ending: Ending): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  open.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', (socket) => {
    let events = 0;
    const say = (event: Event, isKept = false): void =>
      socket.send(JSON.stringify({ event_id: `event_${++events}`, ...(isKept ? event : (spoilt(event) as Event)) }));
    if (ending === 'refused') {
      say({ type: 'error', error: { type: 'invalid_request_error', code: 'no', message: 'No.', param: 'p' } });
      return socket.close(4000, evil.slice(0, 40));
    }
    say({ type: 'session.created', session });
    socket.on('message', (data) => {
      const event = JSON.parse(String(data)) as Event & { readonly item?: object; readonly response?: object };
      if (event.type === 'session.update') say({ type: 'session.updated', session });
      if (event.type === 'conversation.item.create') {
        say({ type: 'conversation.item.added', item: { ...event.item } }, true);
      }
      if (event.type !== 'response.create') return;
      if (ending === 'closed') return socket.close(4001, evil.slice(0, 40));
      for (const each of conversation()) say(each);
      for (const nonsense of ['{"type":"error"}', `{"type":"response.done","${evil}"`, JSON.stringify(evil)])
        socket.send(nonsense);
      say({ type: 'response.output_text.delta', delta: { text: evil } }, true);
      const { metadata = null } = { ...event.response } as { metadata?: unknown };
      // Its own texts are its owner's; the key by which the client knows its response must come back.
      for (const each of answer(ending, null)) {
        const told = spoilt(each) as Event & { response?: object };
        say(told.response === undefined ? told : { ...told, response: { ...told.response, metadata } }, true);
      }
    });
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/realtime`;
}
