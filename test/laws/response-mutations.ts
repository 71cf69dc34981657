import { law, type Mutation, region } from './mutation.ts';

const responseStart = region(
  'how responses start',
  {
    bug: 'runs two responses at once',
    file: 'core/response/start.ts',
    find: 'if (!outOfBand && active !== null) return',
    replace: 'if (false && active !== null) return',
    caughtBy: law('2'),
  },
  {
    bug: 'answers a turn while a response runs',
    file: 'core/response/start.ts',
    find: ' || activeDefault(draft) !== null) return;\n  if (isFull',
    replace: ') return;\n  if (isFull',
    caughtBy: law('2'),
  },
  {
    bug: 'loses the metadata',
    file: 'core/response/request.ts',
    find: 'metadata: params.metadata ?? null,',
    replace: 'metadata: null,',
    caughtBy: law('9'),
  },
  {
    bug: 'names a conversation in a response out of band',
    file: 'core/response/object.ts',
    find: 'params.outOfBand ? null : conversationId',
    replace: 'conversationId',
    caughtBy: law('9'),
  },
);

const responseOutput = region(
  'what responses say',
  {
    bug: 'places all sound in the first item',
    file: 'core/response/output.ts',
    find: 'outputIndex: opened.output.length,',
    replace: 'outputIndex: 0,',
    caughtBy: law('5'),
  },
  {
    bug: 'keeps only the last delta of a text',
    file: 'core/response/output.ts',
    find: 'text: part.text + delta',
    replace: 'text: delta',
    caughtBy: law('4'),
  },
  {
    bug: 'adds no content part',
    file: 'core/response/output.ts',
    find: "  emit(draft, 'response.content_part.added', { ...placeOf(opened, message), part });\n",
    replace: '',
    caughtBy: law('3'),
  },
  {
    bug: 'keeps sound that came after the truncation',
    file: 'core/response/output.ts',
    find: 'keep: inConversation && !held.truncated,',
    replace: 'keep: true,',
    caughtBy: law('21, kept'),
  },
);

const responseEnd = region(
  'how responses end',
  {
    bug: 'counts a total that is no sum',
    file: 'core/response/object.ts',
    find: 'total_tokens: input_tokens + output_tokens,',
    replace: 'total_tokens: input_tokens,',
    caughtBy: law('7'),
  },
  {
    bug: 'says the end of the transcript before that of the sound',
    file: 'core/response/end.ts',
    find: "  emit(draft, 'response.output_audio.done', at);\n  emit(draft, 'response.output_audio_transcript.done', { ...at, transcript });\n",
    replace:
      "  emit(draft, 'response.output_audio_transcript.done', { ...at, transcript });\n  emit(draft, 'response.output_audio.done', at);\n",
    caughtBy: law('3'),
  },
  {
    bug: 'completes an item that was interrupted',
    file: 'core/response/end.ts',
    find: "ending.status === 'completed' ? 'completed' : 'incomplete'",
    replace: "'completed'",
    caughtBy: law('8'),
  },
  {
    bug: 'lists no first item',
    file: 'core/response/end.ts',
    find: 'output: [...closed.output], usage',
    replace: 'output: closed.output.slice(1), usage',
    caughtBy: law('6'),
  },
  {
    bug: 'lets a finished response go on',
    file: 'core/response/end.ts',
    find: 'responses: draft.session.responses.filter((each) => each.id !== response.id),',
    replace: 'responses: draft.session.responses,',
    caughtBy: law('1'),
  },
);

const transcription = region(
  'transcription',
  {
    bug: 'sends transcript deltas that nobody asked for',
    file: 'core/transcription/transcription.ts',
    find: 'if (!pending.announced || pending.atOnce) return;',
    replace: 'if (pending.atOnce) return;',
    caughtBy: law('22'),
  },
  {
    bug: 'completes a transcript more than once',
    file: 'core/transcription/transcription.ts',
    find: '  settle(draft, itemId);\n}\n\n/** The stored item',
    replace: '}\n\n/** The stored item',
    caughtBy: law('22'),
  },
  {
    bug: 'shows log probabilities that nobody asked for',
    file: 'core/transcription/transcription.ts',
    find: 'pending.withLogprobs && logprobs !== undefined',
    replace: 'logprobs !== undefined',
    caughtBy: law('22'),
  },
);

const closing = region(
  'closing',
  {
    bug: 'leaves models at work when it ends',
    file: 'core/closing.ts',
    find: "  for (const { id } of draft.session.responses) draft.effects.push({ do: 'abort', responseId: id });\n",
    replace: '',
    caughtBy: law('26, work'),
  },
  {
    bug: 'leaves a timer armed when it ends',
    file: 'core/closing.ts',
    find: "['expiry', 'idle', 'drain'] as const",
    replace: "['expiry', 'drain'] as const",
    caughtBy: law('26, work'),
  },
  {
    bug: 'goes on after its close',
    file: 'core/step.ts',
    find: "if (session.phase === 'closed') return [session, []];",
    replace: '',
    caughtBy: law('26, work'),
  },
  {
    bug: 'echoes no event_id',
    file: 'core/draft.ts',
    find: 'error.event_id ?? draft.cause',
    replace: 'error.event_id',
    caughtBy: law('27'),
  },
);

const context = region(
  'context',
  {
    bug: 'accepts a reference to an unknown item',
    file: 'core/conversation/context.ts',
    find: 'if (entry === null) return { unknown: each.id };',
    replace: 'if (entry === null) continue;',
    caughtBy: { tests: 'src/core/response/response.test.ts' },
  },
  {
    bug: 'never drops items that do not fit the context',
    file: 'core/conversation/context.ts',
    find: 'if (total <= most) return kept.map(shown);',
    replace: 'return kept.map(shown);',
    caughtBy: { tests: 'src/core/conversation/context.test.ts' },
  },
);

const mcp = region(
  'MCP',
  {
    bug: 'asks for no approval where nothing is said of it',
    file: 'core/mcp/offers.ts',
    find: "if (required === undefined || required === null || required === 'always') return true;",
    replace: "if (required === undefined || required === null || required === 'always') return false;",
    caughtBy: { tests: 'src/core/mcp' },
  },
  {
    bug: 'never finishes the item of a listing that failed',
    file: 'core/mcp/listing.ts',
    find: '  finish(draft, { item: listItem(id, label, []), words: null, audio: [] }, id);\n',
    replace: '',
    caughtBy: law('10'),
  },
  {
    bug: 'lets two servers have one label',
    file: 'core/mcp/read-tools.ts',
    find: 'if (definitions.some((each) => each.label === label))',
    replace: 'if (false)',
    caughtBy: { tests: 'src/core/mcp' },
  },
);

const shell = region(
  'the shell',
  {
    bug: 'keeps the sound of an item from the wrong place',
    file: 'server/session/input-sound.ts',
    find: 'memory.subarray(from, to)',
    replace: 'memory.subarray(0, to - from)',
    caughtBy: law('18, bytes'),
  },
  {
    bug: 'loses the odd byte between two appends',
    file: 'server/session/audio-store.ts',
    find: '    this.#spare = spare;\n',
    replace: '    this.#spare = null;\n',
    caughtBy: law('18, bytes'),
  },
  {
    bug: 'forgets a timer and lets it run',
    file: 'server/session/timers.ts',
    find: '    this.#cancels.get(name)?.();\n',
    replace: '',
    caughtBy: law('26, teardown'),
  },
  {
    bug: 'never lets go of its model',
    file: 'server/session/effects.ts',
    find: '    this.#options.model.close();\n',
    replace: '',
    caughtBy: law('26, teardown'),
  },
  {
    bug: 'does not tell a model to stop',
    file: 'server/session/pump.ts',
    find: "  signal.addEventListener('abort', () => void attempt(() => iterator.return?.()), { once: true });\n",
    replace: '',
    caughtBy: law('26, teardown'),
  },
);

/** Bugs of what sessions do: responses, transcripts, their end, MCP servers, the shell around them. */
export const responseMutations: readonly Mutation[] = [
  ...responseStart,
  ...responseOutput,
  ...responseEnd,
  ...transcription,
  ...closing,
  ...context,
  ...mcp,
  ...shell,
];
