import { law, type Mutation, region } from './mutation.ts';

const configuration = region(
  'configuration',
  {
    bug: 'forgets its noise reduction at each update',
    file: 'core/session-config.ts',
    find: '? held.noise_reduction\n',
    replace: '? null\n',
    caughtBy: law('25'),
  },
  {
    bug: 'accepts an update of another kind of session',
    file: 'core/session-config.ts',
    find: 'if (update.type !== config.type)',
    replace: 'if (false)',
    caughtBy: law('25'),
  },
  {
    bug: 'answers no update',
    file: 'core/on-client.ts',
    find: "emit(draft, 'session.updated', { session: merged.config });",
    replace: '',
    caughtBy: law('13'),
  },
  {
    bug: 'lets the voice change once it has spoken',
    file: 'core/session-config.ts',
    find: 'voice !== undefined && hasSpoken &&',
    replace: 'voice !== undefined && false &&',
    caughtBy: { tests: 'src/core/session-config.test.ts' },
  },
);

const inputBuffer = region(
  'input buffer',
  {
    bug: 'never keeps an odd byte',
    file: 'core/input-audio/buffer.ts',
    find: "format === 'audio/pcm' && whole % 2 === 1 ? 1 : 0",
    replace: '0',
    caughtBy: law('18'),
  },
  {
    bug: 'commits the same audio twice',
    file: 'core/input-audio/buffer.ts',
    find: '  releaseBefore(draft, toTick);\n',
    replace: '',
    caughtBy: law('18'),
  },
  {
    bug: 'keeps the odd byte of audio that was cleared',
    file: 'core/input-audio/buffer.ts',
    find: '  forgetSpareByte(draft);\n  releaseBefore',
    replace: '  releaseBefore',
    caughtBy: law('18'),
  },
  {
    bug: 'leaves the turn open when its audio is cleared',
    file: 'core/input-audio/buffer.ts',
    find: "  draft.session = { ...draft.session, turn: { phase: 'quiet', onsetTick: null } };\n  draft.effects.push({ do: 'reset-vad' });\n  dropSpeech",
    replace: '  dropSpeech',
    caughtBy: law('19b'),
  },
  {
    bug: 'names no item as the one before a commit',
    file: 'core/input-audio/buffer.ts',
    find: 'previous_item_id: lastId(conversation.items) }',
    replace: 'previous_item_id: null }',
    caughtBy: law('11'),
  },
);

const turns = region(
  'turns',
  {
    bug: 'talks on when the user speaks',
    file: 'core/input-audio/turn.ts',
    find: 'if (switches(detection).interrupts) interrupt(draft);',
    replace: '',
    caughtBy: law('19'),
  },
  {
    bug: 'begins a turn in audio that an item has already',
    file: 'core/input-audio/turn.ts',
    find: 'Math.max(buffer.turnsFromTick, buffer.startTick)',
    replace: '0',
    caughtBy: law('18'),
  },
  {
    bug: 'keeps a turn open when its detection changes',
    file: 'core/input-audio/turn.ts',
    find: "turn: { phase: 'quiet', onsetTick: null }, buffer: {",
    replace: 'buffer: {',
    caughtBy: law('16'),
  },
  {
    bug: 'commits a turn before it says that speech stopped',
    file: 'core/input-audio/turn.ts',
    find: "  emit(draft, 'input_audio_buffer.speech_stopped', { audio_end_ms: ticksToMs(endTick), item_id: turn.itemId });\n  commit(draft, turn.itemId, turn.startTick, endTick);\n",
    replace:
      "  commit(draft, turn.itemId, turn.startTick, endTick);\n  emit(draft, 'input_audio_buffer.speech_stopped', { audio_end_ms: ticksToMs(endTick), item_id: turn.itemId });\n",
    caughtBy: law('16'),
  },
);

const conversation = region(
  'conversation',
  {
    bug: 'puts an item before the one that it should follow',
    file: 'core/conversation/conversation.ts',
    find: '? undefined : previousItemId;',
    replace: '? undefined : idBefore(items, previousItemId);',
    caughtBy: law('11'),
  },
  {
    bug: "lets a client take the id of the open turn's item",
    file: 'core/conversation/conversation.ts',
    find: "    (turn.phase === 'speaking' && turn.itemId === itemId) ||\n",
    replace: '',
    caughtBy: law('15'),
  },
  {
    bug: 'announces created items, but never sends that they are done',
    file: 'core/conversation/conversation.ts',
    find: "  announce(draft, item.id, 'added');\n  announce(draft, item.id, 'done');\n",
    replace: "  announce(draft, item.id, 'added');\n",
    caughtBy: law('10'),
  },
  {
    bug: 'finishes an item that a client has created in the place of a deleted one',
    file: 'core/conversation/conversation.ts',
    find: 'if (held?.saidBy !== saidBy) return;',
    replace: 'if (held === null) return;',
    caughtBy: law('10'),
  },
  {
    bug: "gives a deleted item's transcript to another of its id",
    file: 'core/conversation/conversation.ts',
    find: '{ ...each, orphaned: true }',
    replace: 'each',
    caughtBy: law('11'),
  },
);

const lookUps = region(
  'look-ups and truncation',
  {
    bug: 'forgets that an item was truncated',
    file: 'core/conversation/item-lookup.ts',
    find: '    truncated: true,\n',
    replace: '',
    caughtBy: law('11'),
  },
  {
    bug: 'rounds the length of speech down',
    file: 'core/conversation/item-lookup.ts',
    find: 'heldMs = ticksToMsUp(speech.audio.ticks)',
    replace: 'heldMs = Math.floor(speech.audio.ticks / ticksPerMs)',
    caughtBy: law('21'),
  },
  {
    bug: 'cuts the sound two bytes too late',
    file: 'core/conversation/item-lookup.ts',
    find: 'bytes: ticksToBytes(ticks, speech.audio.format)',
    replace: 'bytes: 2 + ticksToBytes(ticks, speech.audio.format)',
    caughtBy: law('21, kept'),
  },
);

/** Bugs of what sessions hold: settings, audio, turns, items. */
export const conversationMutations: readonly Mutation[] = [
  ...configuration,
  ...inputBuffer,
  ...turns,
  ...conversation,
  ...lookUps,
];
