import { idAt, idSource } from '../../src/core/ids.ts';
import { forms, seed } from './catalogue-session.ts';
import { append, create, hello, messageOf, type Row, respond, rows, shaped, speechOff, update } from './rows.ts';

function tooShort(ms: number): Row {
  return {
    what: `a commit of ${ms} ms`,
    before: (session) => {
      session.send(speechOff);
      session.send(append(ms));
    },
    frame: { type: 'input_audio_buffer.commit' },
    code: 'input_audio_buffer_commit_empty',
    param: null,
    message: `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${ms.toFixed(2)}ms of audio.`,
  };
}

const buffer: readonly Row[] = [
  { ...tooShort(0), what: 'a commit of nothing' },
  tooShort(99),
  {
    what: 'audio that the buffer has no room for',
    opening: { limits: { bufferedAudioSeconds: 1 } },
    before: (session) => {
      session.send(speechOff);
      session.send(append(900));
    },
    frame: append(200),
    code: 'input_audio_buffer_full',
    param: 'audio',
    message: 'The input audio buffer holds at most 1000ms of audio. Commit or clear it first; this append was dropped.',
  },
];

const full: Row = {
  what: 'an item for which there is no room',
  opening: { limits: { conversationBytes: 5000 } },
  frame: create(messageOf('user', { type: 'input_text', text: 'x'.repeat(5000) })),
  code: 'conversation_limit_reached',
  param: null,
  message:
    'The conversation would have more than 100000 items or 5000 bytes. Delete items first, or begin another session.',
};

const created = rows(
  { before: (session) => session.send(create({ ...hello, id: 'item_1' })) },
  {
    what: 'an item under an id that is taken',
    frame: create({ ...hello, id: 'item_1' }),
    code: 'item_create_duplicate_item_id',
    param: null,
    message: "Error adding item: an item with id 'item_1' already exists.",
  },
  ...['root', ''].map((id) => ({
    what: `an item under the id '${id}', which means a place`,
    frame: create({ ...hello, id }),
    code: 'invalid_value',
    param: 'item.id',
    message: `Invalid value: '${id}'. As a previous_item_id it means a place, not an item.`,
  })),
  {
    what: 'an item after one that does not exist',
    frame: create(hello, { previous_item_id: 'item_9' }),
    code: 'item_create_invalid_previous_item_id',
    param: null,
    message: "Error adding item: previous item with id 'item_9' does not exist.",
  },
  {
    what: 'the truncation of a user message',
    frame: { type: 'conversation.item.truncate', item_id: 'item_1', content_index: 0, audio_end_ms: 0 },
    code: 'unsupported_content_type',
    param: null,
    message: 'Only model output audio messages can be truncated.',
  },
  {
    what: 'audio of an assistant',
    frame: create(
      messageOf('assistant', { type: 'output_text', text: '' }, { type: 'output_audio', transcript: 'Hi' }),
    ),
    code: 'invalid_value',
    param: 'item.content[1].type',
    message: "Invalid value: 'output_audio'. Supported values are: 'output_text'.",
  },
  {
    what: 'sound in a system message',
    frame: create(messageOf('system', { type: 'input_audio', audio: '' })),
    code: 'invalid_value',
    param: 'item.content[0].type',
    message: "Invalid value: 'input_audio'. Supported values are: 'input_text'.",
  },
  {
    what: 'an image without its data',
    frame: create(messageOf('user', { type: 'input_image' })),
    code: 'missing_required_parameter',
    param: 'item.content[0].image_url',
    message: "Missing required parameter: 'item.content[0].image_url'.",
  },
  {
    what: 'an image that is elsewhere',
    frame: create(messageOf('user', { type: 'input_image', image_url: 'https://images.example/1.png' })),
    code: 'invalid_value',
    param: 'item.content[0].image_url',
    message: "Invalid 'item.content[0].image_url': expected a data URI of a PNG or JPEG image.",
  },
  {
    what: 'the content type that assistants had in the beta',
    frame: create(messageOf('assistant', { type: 'text', text: 'Hi' })),
    code: 'invalid_value',
    param: 'item.content[0].type',
    message: "Invalid value: 'text'. Supported values are: 'output_text', 'output_audio'.",
  },
  {
    what: 'an item that may only be referred to in a response',
    frame: create({ type: 'item_reference', id: 'item_1' }),
    code: 'invalid_value',
    param: 'item.type',
    message: shaped(/^Invalid value: 'item_reference'\. Supported values are: 'message', 'function_call', /),
  },
  {
    what: 'the output of a call that nobody made',
    frame: create({ type: 'function_call_output', call_id: 'call_9', output: '' }),
    code: 'invalid_tool_call_id',
    param: 'item.call_id',
    message: "Tool call id 'call_9' was not found in the conversation.",
  },
  {
    what: 'the answer to an approval that nobody asked for',
    frame: create({ type: 'mcp_approval_response', approval_request_id: 'mcpr_9', approve: true }),
    code: 'invalid_value',
    param: 'item.approval_request_id',
    message: "Invalid value: 'mcpr_9'. There is no pending approval request with this id in the conversation.",
  },
);

const lookups: readonly Row[] = [
  {
    what: 'the deletion of an item that does not exist',
    frame: { type: 'conversation.item.delete', item_id: 'item_9' },
    code: 'item_delete_invalid_item_id',
    param: null,
    message: "Error deleting item: the item with id 'item_9' does not exist.",
  },
  {
    what: 'the retrieval of an item that does not exist',
    frame: { type: 'conversation.item.retrieve', item_id: 'item_9' },
    code: 'item_retrieve_invalid_item_id',
    param: null,
    message: "Error retrieving item: the item with id 'item_9' does not exist.",
  },
  {
    what: 'the retrieval of an item that was deleted',
    before: (session) => {
      session.send(create({ ...hello, id: 'item_1' }));
      session.send({ type: 'conversation.item.delete', item_id: 'item_1' });
    },
    frame: { type: 'conversation.item.retrieve', item_id: 'item_1' },
    code: 'item_retrieve_invalid_item_id',
    param: null,
    message: "Error retrieving item: the item with id 'item_1' does not exist.",
  },
  {
    what: 'the truncation of an item that does not exist',
    frame: { type: 'conversation.item.truncate', item_id: 'item_9', content_index: 0, audio_end_ms: 0 },
    code: 'item_truncate_invalid_item_id',
    param: null,
    message: 'Item with item_id not found: item_9',
  },
];

/** The id that the session's seed gives to the first item that it makes. */
const firstItem = idAt(idSource(seed), 'item', 0);
const cut = { type: 'conversation.item.truncate', item_id: firstItem, content_index: 0 };

const spoken = rows(
  { before: (session) => session.send({ type: 'response.create' }) },
  {
    what: 'a truncation past the end of the speech',
    frame: { ...cut, audio_end_ms: 1001 },
    code: 'invalid_value',
    param: 'audio_end_ms',
    message: 'Audio content of 1000ms is already shorter than 1001ms',
  },
  {
    what: 'the truncation of a part that is not there',
    frame: { ...cut, content_index: 1, audio_end_ms: 0 },
    code: 'unsupported_content_type',
    param: null,
    message: 'Only model output audio messages can be truncated.',
  },
);

const typed = rows(
  { before: (session) => session.send(respond({ output_modalities: ['text'] })) },
  {
    what: 'the truncation of text',
    frame: { ...cut, audio_end_ms: 0 },
    code: 'unsupported_content_type',
    param: null,
    message: 'Only model output audio messages can be truncated.',
  },
);

/** The id that the session's seed gives to its first response. */
const firstResponse = idAt(idSource(seed), 'resp', 0);

const responses: readonly Row[] = [
  {
    what: 'a second response beside a running one',
    before: (session) => session.send(respond({ instructions: forms.think })),
    frame: { type: 'response.create' },
    code: 'conversation_already_has_active_response',
    param: null,
    message: `Conversation already has an active response in progress: ${firstResponse}. Wait until the response is finished before creating a new one.`,
  },
  {
    what: 'a response beyond the most that a session may have under way',
    opening: { limits: { responses: 1 } },
    before: (session) => session.send(respond({ instructions: forms.think })),
    frame: respond({ conversation: 'none' }),
    code: 'response_limit_reached',
    param: null,
    message: 'This session has as many responses in progress as it may have: 1. Wait until one of them is finished.',
  },
  {
    what: 'a cancel when nothing runs',
    frame: { type: 'response.cancel' },
    code: 'response_cancel_not_active',
    param: null,
    message: 'Cancellation failed: no active response found',
  },
  {
    what: 'a cancel of a response that is over',
    before: (session) => session.send({ type: 'response.create' }),
    frame: { type: 'response.cancel', response_id: firstResponse },
    code: 'response_cancel_not_active',
    param: null,
    message: 'Cancellation failed: no active response found',
  },
  {
    what: 'a cancel without an id when only an out-of-band response runs',
    before: (session) => session.send(respond({ conversation: 'none', instructions: forms.think })),
    frame: { type: 'response.cancel' },
    code: 'response_cancel_not_active',
    param: null,
    message: 'Cancellation failed: no active response found',
  },
  {
    what: 'an image that is elsewhere, in the input of a response',
    frame: respond({ input: [hello, messageOf('user', { type: 'input_image', image_url: 'http://127.0.0.1/1.png' })] }),
    code: 'invalid_value',
    param: 'response.input[1].content[0].image_url',
    message: "Invalid 'response.input[1].content[0].image_url': expected a data URI of a PNG or JPEG image.",
  },
  {
    what: 'a reference to an item that does not exist',
    frame: respond({ input: [{ type: 'item_reference', id: 'item_9' }] }),
    code: 'item_not_found',
    param: 'response.input',
    message: "Item with id 'item_9' not found in the conversation.",
  },
  {
    what: 'a conversation that does not exist',
    frame: respond({ conversation: 'conv_9' }),
    code: 'invalid_value',
    param: 'response.conversation',
    message: "Invalid value: 'conv_9'. Supported values are: 'auto', 'none'.",
  },
  {
    what: 'both modalities at once',
    frame: respond({ output_modalities: ['text', 'audio'] }),
    code: 'invalid_value',
    param: 'response.output_modalities',
    message: "Invalid value: ['text', 'audio']. Supported values are: ['text'], ['audio'].",
  },
  {
    what: 'a response in a transcription session',
    opening: { kind: 'transcription' },
    frame: { type: 'response.create' },
    code: 'invalid_value',
    param: 'type',
    message: shaped(/^Invalid value: 'response\.create'\. /),
  },
];

const url = 'https://mcp.example/mcp';

function badTools(what: string, tools: readonly object[], code: string, param: string, message: Row['message']): Row {
  const entries = tools.map((tool) => ({ type: 'mcp', server_label: 'docs', ...tool }));
  return { what, frame: update({ tools: entries }), code, param, message };
}

const mcp: readonly Row[] = [
  badTools(
    'one label for two MCP servers',
    [{ server_url: url }, { server_url: url }],
    'invalid_value',
    'session.tools[1].server_label',
    "Duplicate MCP server label: 'docs'. Each server needs a label of its own.",
  ),
  badTools(
    'an MCP server without a place',
    [{}],
    'missing_required_parameter',
    'session.tools[0].server_url',
    "Missing required parameter: 'session.tools[0].server_url'. The MCP server 'docs' is not known yet, so one of 'server_url' and 'connector_id' is needed.",
  ),
  badTools(
    'an MCP server with two places',
    [{ server_url: url, connector_id: 'connector_dropbox' }],
    'invalid_value',
    'session.tools[0]',
    "Invalid value: only one of 'server_url', 'connector_id' and 'tunnel_id' may be given, but got 'server_url' and 'connector_id'.",
  ),
  badTools(
    'an MCP tunnel',
    [{ tunnel_id: `tunnel_${'0'.repeat(32)}` }],
    'invalid_value',
    'session.tools[0].tunnel_id',
    "Invalid value: this server has no tunnels. Use 'server_url' instead.",
  ),
  badTools(
    'an MCP connector that is not configured',
    [{ connector_id: 'connector_dropbox' }],
    'invalid_value',
    'session.tools[0].connector_id',
    "Invalid value: 'connector_dropbox'. This connector is not configured here.",
  ),
  badTools(
    'an MCP connector that nobody knows',
    [{ connector_id: 'connector_x' }],
    'invalid_value',
    'session.tools[0].connector_id',
    shaped(/^Invalid value: 'connector_x'\. Supported values are: /),
  ),
  badTools(
    'an MCP server that the operator does not allow',
    [{ server_url: 'https://other.example/mcp' }],
    'invalid_value',
    'session.tools[0].server_url',
    "Invalid value: the URL of the MCP server 'docs' is not one that this server may connect to. Its operator lists those in mcp.allow.",
  ),
  badTools(
    'an authorization that is given twice',
    [{ server_url: url, authorization: 'token', headers: { Authorization: 'Bearer token' } }],
    'invalid_value',
    'session.tools[0].authorization',
    "Invalid value: the authorization is given twice, as 'authorization' and as a header. Give one of them.",
  ),
  badTools(
    'an authorization with a line break',
    [{ server_url: url, authorization: 'to\r\nken' }],
    'invalid_value',
    'session.tools[0].authorization',
    'Invalid value: an access token holds visible ASCII characters.',
  ),
  badTools(
    "a header that is the connection's own",
    [{ server_url: url, headers: { Host: 'elsewhere.example' } }],
    'invalid_value',
    'session.tools[0].headers',
    "Invalid value: the header 'Host' cannot be set.",
  ),
  badTools(
    'more than 32 MCP servers',
    Array.from({ length: 33 }, (_, index) => ({ server_label: `docs${index}`, server_url: url })),
    'invalid_value',
    'session.tools',
    'A session can use at most 32 MCP servers.',
  ),
  {
    what: 'another MCP server under a label of the session, for one response',
    before: (session) => session.send(update({ tools: [{ type: 'mcp', server_label: 'docs', server_url: url }] })),
    frame: respond({ tools: [{ type: 'mcp', server_label: 'docs', server_url: `${url}/other` }] }),
    code: 'invalid_value',
    param: 'response.tools[0].server_label',
    message:
      "Duplicate MCP server label: 'docs' is another server in this session's tools. Choose another label for this response.",
  },
];

/** What a session refuses of audio, items, responses and MCP servers (behaviour §2.1, §3, §4, §6.1). */
export const conversationRows: readonly Row[] = [
  ...buffer,
  full,
  ...created,
  ...lookups,
  ...spoken,
  ...typed,
  ...responses,
  ...mcp,
];
