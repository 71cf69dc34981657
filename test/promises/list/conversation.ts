import { type Area, type Statement, testsIn } from '../promise.ts';

const agents = testsIn('test/protocol/stock-clients.test.ts');
const context = testsIn('src/core/conversation/context.test.ts');
const conversationOf = testsIn('src/core/conversation/conversation.test.ts');
const events = testsIn('src/protocol/parse-errors.test.ts');
const items = testsIn('test/promises/conversation.test.ts');
const laws = testsIn('test/laws/core.test.ts');
const nulls = testsIn('src/protocol/nulls.test.ts');
const responses = testsIn('src/core/response/response.test.ts');
const session = testsIn('src/server/session/session.test.ts');

const mistake = 'a client event that %s > %j';

const create: readonly Statement[] = [
  {
    id: 'create-place',
    section: '§3.1',
    promise: 'previous_item_id absent, null or "" appends, "root" puts first, an id puts after that item.',
    kept: 'yes',
    proof: [conversationOf('puts items where they are asked for'), nulls('%j passes as %j', 'previous_item_id: null')],
  },
  {
    id: 'create-unknown-place',
    section: '§3.1',
    promise: 'An unknown previous_item_id is an error, and nothing is added.',
    kept: 'yes',
    proof: [conversationOf('refuses %s and adds nothing', "'an unknown place'")],
  },
  {
    id: 'create-answer',
    section: '§3.1',
    promise: 'The answer is item.added and item.done, completed, with the client’s id or a new one.',
    kept: 'yes',
    proof: [
      conversationOf('adds an item with the client’s id, completed, and starts no response'),
      conversationOf('gives an id where the client gave none'),
    ],
  },
  {
    id: 'create-no-legacy-event',
    section: '§3.1',
    promise: 'conversation.item.created is never sent.',
    kept: 'yes',
    proof: [laws('keeps law $number: $says', 'only events of the API are sent, and only those of features in use')],
  },
  {
    id: 'create-during-response',
    section: '§3.1',
    promise: 'An item added while a response runs is not for that response.',
    kept: 'yes',
    proof: [items('added while a response runs is for the next one')],
  },
  {
    id: 'create-no-response',
    section: '§3.1',
    promise: 'Adding an item starts no response.',
    kept: 'yes',
    proof: [conversationOf('adds an item with the client’s id, completed, and starts no response')],
  },
  {
    id: 'create-duplicate',
    section: '§3.1',
    promise: 'An id that lives is refused; one that was deleted can live again.',
    kept: 'yes',
    proof: [
      conversationOf('refuses %s and adds nothing', "'an id that exists'"),
      conversationOf('deletes, and lets the id live again'),
    ],
  },
  {
    id: 'create-content',
    section: '§3.1',
    promise: 'System messages hold text, user messages text, audio and images, assistant messages text.',
    kept: 'yes',
    proof: [
      conversationOf('refuses %s and adds nothing', "'assistant audio'"),
      events(mistake, "message('system', { type: 'input_audio' })"),
      items('may show the model an image'),
      conversationOf('keeps user audio outside the item, whose transcript key stays'),
    ],
  },
  {
    id: 'create-image',
    section: '§3.1',
    promise: 'An image is a data URI of a PNG or JPEG.',
    kept: 'yes',
    proof: [
      conversationOf('refuses %s and adds nothing', 'an image of another kind'),
      agents('is understood when it speaks, types and shows'),
    ],
  },
  {
    id: 'create-beta-content',
    section: '§3.1',
    promise: 'Content parts of the beta are refused.',
    kept: 'yes',
    proof: [items('of an assistant in the words of the beta is refused')],
  },
  {
    id: 'create-call-output',
    section: '§3.1',
    promise: 'The output of a call that is not in the conversation is refused.',
    kept: 'yes',
    proof: [conversationOf('refuses %s and adds nothing', "'an output of no call'")],
  },
  {
    id: 'create-history',
    section: '§3.1',
    promise: 'Clients replay a history, calls with their own call_id included.',
    kept: 'yes',
    proof: [
      conversationOf('takes a history: calls, their outputs and assistant texts'),
      items('keeps the call_id under which a client replays a call'),
      agents('is understood when it rewrites history, with the nulls that its items hold'),
    ],
  },
];

const lookUp: readonly Statement[] = [
  {
    id: 'retrieve-audio',
    section: '§3.2',
    promise: 'A retrieved item comes with its audio.',
    kept: 'yes',
    proof: [
      session('gives a retrieved item the audio that was committed, padding and all'),
      conversationOf('retrieves what is there'),
    ],
  },
  {
    id: 'retrieve-running',
    section: '§3.2',
    promise: 'An item can be retrieved as soon as it is announced.',
    kept: 'yes',
    proof: [
      items('can be retrieved while it is being said, with what it holds so far'),
      testsIn('src/core/response/mcp-call.test.ts')('can be retrieved while it runs and afterwards'),
    ],
  },
  {
    id: 'delete-links',
    section: '§3.2',
    promise: 'After a deletion the links are repaired.',
    kept: 'yes',
    proof: [items('that comes after a deleted one follows what was before it')],
  },
  {
    id: 'unknown-item',
    section: '§3.2',
    promise: 'Retrieving or deleting an unknown item is an error of its own kind.',
    kept: 'yes',
    proof: [conversationOf('answers %s of an unknown item with an error')],
  },
  {
    id: 'truncate-heard',
    section: '§3.2',
    promise: 'A truncation is echoed, cuts the audio and removes the transcript, so that nothing unheard is read.',
    kept: 'yes',
    proof: [
      conversationOf('cuts the audio and the transcript, and leaves the model the words that were heard'),
      conversationOf('leaves the words of the clauses that were heard, each by its own sound'),
      session('cuts a truncated item to what was heard'),
    ],
  },
  {
    id: 'truncate-streaming',
    section: '§3.2',
    promise: 'An item can be truncated while it streams, and when it was cut off; later deltas do not enter it.',
    kept: 'yes',
    proof: [
      conversationOf('works while the item still streams, and nothing that comes later enters it'),
      items('that was cut off can be truncated'),
    ],
  },
  {
    id: 'truncate-range',
    section: '§3.2',
    promise: 'Every whole millisecond from 0 to the length, rounded up, is accepted, also again.',
    kept: 'yes',
    proof: [
      conversationOf('accepts everything up to the length, and zero'),
      items('rounds the length of the audio up, so that an honest client is never refused'),
    ],
  },
  {
    id: 'truncate-mistakes',
    section: '§3.2',
    promise: 'Truncating past the end, an unknown item or no assistant audio has its own error, and so has null.',
    kept: 'yes',
    proof: [conversationOf('refuses to truncate %s'), events(mistake, 'audio_end_ms: null')],
  },
];

const window: Area = {
  name: 'Context window',
  statements: [
    {
      id: 'context-auto',
      section: '§3.3',
      promise: 'truncation auto: the oldest items are dropped when the window is full; clients still see them.',
      kept: 'yes',
      proof: [
        context('is the whole conversation while it fits'),
        context('loses its oldest items when it no longer fits'),
        context('leaves what was dropped in the conversation that clients see'),
      ],
    },
    {
      id: 'context-disabled',
      section: '§3.3',
      promise: 'truncation disabled: a conversation that is too long fails the response.',
      kept: 'yes',
      proof: [context('fails the response instead where truncation is disabled')],
    },
    {
      id: 'context-ratio',
      section: '§3.3',
      promise: 'truncation retention_ratio: more is dropped at once, within token limits.',
      kept: 'yes',
      proof: [context('loses more at once under a retention ratio, and then nothing for a while')],
    },
    {
      id: 'context-fixed',
      section: '§3.3',
      promise: 'Instructions and tools are never dropped.',
      kept: 'yes',
      proof: [items('counts instructions and tools first, and never drops them')],
    },
    {
      id: 'context-window',
      section: '§3.3',
      promise: 'The window is that of the model, less what its output may take.',
      kept: 'yes',
      proof: [
        context('is as long as the model says that it can read'),
        context('loses its oldest items when it no longer fits'),
        responses('ends with a usage whose parts sum up'),
      ],
    },
    {
      id: 'context-audio',
      section: '§3.3',
      promise: '100 ms of the user are a token, and 50 ms of the assistant.',
      kept: 'yes',
      proof: [items('takes 100 ms of the user for a token, and 50 ms of the assistant')],
    },
  ],
};

export const conversation: readonly Area[] = [
  { name: 'Conversation: create, retrieve, delete, truncate', statements: [...create, ...lookUp] },
  window,
];
