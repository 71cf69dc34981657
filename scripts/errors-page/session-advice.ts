import type { mcpMistakes } from '../../src/core/mcp/mistakes.ts';
import type { mistakes } from '../../src/core/mistakes.ts';
import type { translationMistakes } from '../../src/core/translation/mistakes.ts';
import type { relayMistakes } from '../../src/server/relay/mistakes.ts';
import type { replayMistakes } from '../../src/server/replay/mistakes.ts';
import { type AdviceOn, hole } from './advice.ts';

const index = hole('index');
const ms = hole('ms');

/** What to do about each mistake that only a session can see. */
export const sessionAdvice: AdviceOn<typeof mistakes> = {
  commitEmpty: [
    'Append more sound before you commit. With turn detection on, leave committing to the server: it may have taken the sound already.',
    [ms],
  ],
  bufferFull: [
    'Commit or clear the buffer, then go on. The operator sets this limit: `limits.buffered_audio_seconds`.',
    [ms],
  ],
  appendBesideTrack: [
    "Send the sound on the call's audio track; `commit` and `clear` work as usual. A second client that joins a call can't bring sound.",
    [],
  ],
  conversationFull: [
    'Delete items, or open another session. The operator sets these limits: `limits.items`, `limits.conversation_bytes`.',
    [{ maxItems: hole('items'), maxBytes: hole('bytes') }],
  ],
  memoryFull: ['Delete items, or try again after a while. The operator sets this limit: `limits.total_bytes`.', []],
  eventTooLong: [
    'Join the call by WebSocket (`?call_id=`) for events as long as this one: retrieved sound, long items, images.',
    ['{type}', hole('bytes'), hole('most')],
  ],
  promptTooLong: ['Shorten the variables of the prompt.', [hole('bytes'), hole('most')]],
  tracingTooLong: ['Send less metadata.', [hole('bytes'), hole('most')]],
  itemExists: ['Choose another id, or leave `item.id` out and the server chooses one.', ['{id}']],
  itemIdReserved: ['Choose another id.', ['{id}']],
  previousItemUnknown: [
    'Name an item that is in the conversation, `root` for its beginning, or leave the field out for its end.',
    ['{id}'],
  ],
  assistantAudio: ['Give what the assistant said as `output_text`.', [index]],
  notAnImage: [
    'Send the picture itself as `data:image/png;base64,…` or `data:image/jpeg;base64,…`; URLs are not fetched.',
    ['{part}', undefined],
    ['{part}', '{url}'],
  ],
  callUnknown: [
    'Use the `call_id` of the `function_call` item that you answer, and answer before that item is deleted.',
    ['{id}'],
  ],
  approvalUnknown: [
    'Answer each `mcp_approval_request` once, with its own `id`, while it is in the conversation.',
    ['{id}'],
  ],
  deleteUnknown: ['Do nothing: the item is gone, or never existed.', ['{id}']],
  retrieveUnknown: ['Ask for items that are in the conversation.', ['{id}']],
  truncateUnknown: ['Name the assistant message that is being played; it may have been deleted meanwhile.', ['{id}']],
  truncateWrongKind: ['Truncate only assistant messages that have sound.', []],
  truncatePastEnd: [
    'Give the time that was really played, counted from the beginning of the item. An item that was heard to its end needs no truncation.',
    [hole('heldMs'), hole('askedMs')],
  ],
  responseActive: [
    'Wait for `response.done`, cancel the response first, or ask out of band with `conversation: "none"`.',
    ['{id}'],
  ],
  tooManyResponses: ['Wait for a `response.done`. The operator sets this limit: `limits.responses`.', [hole('most')]],
  limitReached: [
    'Wait as long as the message says, then ask again. A turn that was not answered is in the conversation all the same. The operator sets this limit: `limits` of the key.',
    ['requests', hole('seconds')],
    ['tokens', hole('seconds')],
  ],
  quotaUsedUp: [
    'The session closes. Wait until the budget starts again, or ask the operator for more: `budget` and `session` of the key.',
    [],
  ],
  nothingToCancel: ['Do nothing: the response is already over, or there is none with this id.', []],
  inputItemUnknown: ['Refer to items that are in the conversation, or give the item itself.', ['{id}']],
  conversationUnknown: ['Use `auto`, `none`, or leave the field out.', ['{name}']],
  noResponses: ['Open a realtime session if you want answers.', []],
  noOutputBuffer: ['Over WebSocket the client plays the sound: stop playing, and truncate the item.', []],
  typeSwitch: ['Open another session: the kind of a session can’t be changed.', ['{type}', '{type}']],
  modelFixed: ['Leave the field out, or open another session with that model.', ['{model}']],
  functionTwice: ['Give each function a name of its own.', ['{tools}', '{name}']],
  voiceFixed: ['Set the voice before the first response that speaks.', []],
  tracingFixed: ['Set `tracing` once, at the beginning.', []],
  turnDetectionUnsupported: [
    'Set `turn_detection` to null and commit yourself, or choose another transcription model.',
    ['{model}'],
  ],
  notReasoning: ['Leave the field out for this model.', ['{param}', '{model}']],
  instructionsTooLong: ['Shorten the instructions or offer fewer tools.', ['{param}', hole('tokens'), hole('most')]],
  draining: ['Connect again: a load balancer leads you to another server, or this one is back soon.', []],
  slowReader: [
    'Read frames as they come and do slow work elsewhere. The operator sets this limit: `limits.unsent_bytes`.',
    [],
  ],
  expired: [
    'Connect again before `expires_at` of `session.created`. The client of this package does so by itself.',
    [hole('minutes')],
  ],
};

/** What to do about each mistake in an entry of `tools` that names an MCP server. */
export const mcpAdvice: AdviceOn<typeof mcpMistakes> = {
  labelTwice: ['Give each server a label of its own.', ['{entry}', '{label}']],
  labelTaken: ['Choose another label for this response.', ['{entry}', '{label}']],
  noPlace: ['Give the server’s address the first time that you use its label.', ['{entry}', '{label}']],
  manyPlaces: ['Keep one of them.', ['{entry}', ['server_url', 'connector_id']]],
  tunnel: ['Use `server_url`.', ['{entry}']],
  connectorUnknown: ['Use a connector that the operator configured under `mcp.connectors`.', ['{entry}', '{id}']],
  notAllowed: [
    'Ask the operator to add the URL to `mcp.allow`. A URL with a user name in it is never allowed.',
    ['{entry}', '{label}'],
  ],
  authorizationTwice: ['Keep `authorization`, and leave the header out.', ['{entry}']],
  badAuthorization: ['Give the token alone, without blanks.', ['{entry}']],
  badHeader: ['Leave the header out: it cannot be sent, or belongs to the connection.', ['{entry}', '{header}']],
  tooMany: ['Offer fewer servers at once.', ['{tools}', hole('most')]],
};

/** What to do about each mistake that only a translation session can see. */
export const translationAdvice: AdviceOn<typeof translationMistakes> = {
  finishing: ['Send nothing after `session.close`; wait for `session.closed`.', []],
  modelFixed: ['Leave the field out, or open another session with that model.', []],
  bufferFull: [
    'Send sound as fast as it is spoken, and no faster. The operator sets this limit: `limits.buffered_audio_seconds`.',
    [ms],
  ],
  translatorFailed: ['Go on: the next utterance is translated again. The server’s log says what failed.', []],
};

/** What to do when a take is played. */
export const replayAdvice: AdviceOn<typeof replayMistakes> = {
  mismatch: [
    'Send what was recorded, in its order. Or record again, or compare less strictly with `--match loose`.',
    ['{param}', 'The take did not expect this: expected {type}, got {type} (line {line} of {take}).'],
  ],
  unknownTake: ['Name one of these, or none.', [['{name}']]],
};

/** What to do about what this server says of its own in a session that it passes on. */
export const relayAdvice: AdviceOn<typeof relayMistakes> = {
  locked: ['Leave the field out: the operator has locked it.', ['session.instructions']],
  unclear: ['Write each key once, and nothing behind the object.', []],
  otherModel: ['Open another session with that model.', ['{model}']],
};
