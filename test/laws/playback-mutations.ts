import { law, type Mutation, region } from './mutation.ts';

const file = 'core/playback/playback.ts';
const byShell = { tests: 'src/server/session/track.test.ts' };

const playback = region(
  'playback',
  {
    bug: 'plays on when the user speaks',
    file: 'core/response/end.ts',
    find: '  clearPlayback(draft);\n  const response = activeDefault(draft);',
    replace: '  const response = activeDefault(draft);',
    caughtBy: law('23, clear'),
  },
  {
    bug: 'clears only sound that is still being made',
    file,
    find: "const cut = playback.responses.filter(({ phase }) => phase !== 'cleared');",
    replace: "const cut = playback.responses.filter(({ phase, isOver }) => phase !== 'cleared' && !isOver);",
    caughtBy: law('23'),
  },
  {
    bug: 'plays the sound of a response after it was cleared',
    file,
    find: 'cutTo(draft, said, 0);\n    return false;',
    replace: 'cutTo(draft, said, 0);\n    return true;',
    caughtBy: law('23, sound'),
  },
  {
    bug: 'forgets what it cleared while its response goes on',
    file,
    find: "response.isOver ? [] : [{ ...response, phase: 'cleared' as const, parts: [] }],",
    replace: 'response.isOver ? [] : [],',
    caughtBy: law('23, sound'),
  },
  {
    bug: 'reports the end of playback while sound still waits',
    file,
    find: 'if (response?.isOver !== true || !response.parts.every(isHeard)) return;',
    replace: 'if (response?.isOver !== true) return;',
    caughtBy: law('23, told'),
  },
  {
    bug: 'reports the start of sound that still waits behind other sound',
    file,
    find: 'if (isNext(playback, said.responseId)) start(draft, next);\n  else put(draft, next);',
    replace: 'start(draft, next);',
    caughtBy: law('23, told'),
  },
  {
    bug: 'tells clients that playback was cleared, and plays on',
    file,
    find: "  draft.effects.push({ do: 'clear-playback' });\n",
    replace: '',
    caughtBy: law('23, told'),
  },
  {
    bug: 'truncates to what was made, not to what was played',
    file,
    find: 'cutTo(draft, part, ticksToMs(part.playedTicks));',
    replace: 'cutTo(draft, part, ticksToMs(part.saidTicks));',
    caughtBy: law('23, truncated'),
  },
  {
    bug: 'cuts an item again that it has cut at its clear',
    file,
    find: ' && find(draft, said.itemId)?.truncated === false)',
    replace: ')',
    caughtBy: law('23, truncated'),
  },
  {
    bug: 'keeps items that were not begun',
    file,
    find: 'if (part.inConversation && !isWhole)',
    replace: 'if (part.inConversation && !isWhole && part.playedTicks > 0)',
    caughtBy: law('23, truncated'),
  },
  {
    bug: 'counts the idle timeout during playback',
    file,
    find: 'if (playback === null || !isPlaying(playback)) return countIdle(draft, 0);',
    replace: 'if (playback !== undefined) return countIdle(draft, 0);',
    caughtBy: law('23, idle'),
  },
  {
    bug: 'never counts the idle timeout after playback',
    file,
    find: "  emit(draft, 'output_audio_buffer.stopped', { response_id: responseId });\n  idleIfDue(draft);",
    replace: "  emit(draft, 'output_audio_buffer.stopped', { response_id: responseId });",
    caughtBy: law('23, idle'),
  },
  {
    bug: 'leaves the sound of the process that is gone unended when it resumes',
    file: 'core/resume.ts',
    find: '  clearPlayback(draft);\n',
    replace: '',
    caughtBy: { tests: 'src/core/playback/playback.test.ts' },
  },
  {
    bug: 'sends clients the sound that it plays',
    file: 'server/session/effects.ts',
    find: 'if (this.#track === null) return this.#sendAudio(effect);',
    replace: 'this.#sendAudio(effect);\n    if (this.#track === null) return;',
    caughtBy: byShell,
  },
  {
    bug: 'lets its call play on when it is cleared',
    file: 'server/session/track.ts',
    find: '    this.#media.clear();\n',
    replace: '',
    caughtBy: byShell,
  },
  {
    bug: 'accepts sound from a wire as well as from its track',
    file: 'server/session/client-frame.ts',
    find: 'return hasTrack ? besideTrack(event, at) : admitAudio(event, at, audio);',
    replace: 'return admitAudio(event, at, audio);',
    caughtBy: byShell,
  },
  {
    bug: 'lets models run ahead of playback without end',
    file: 'server/session/model-work.ts',
    find: 'hold.waiting() ?? unheard() ?? congestion()',
    replace: 'hold.waiting() ?? congestion()',
    caughtBy: byShell,
  },
);

/** Bugs of sound that the server plays itself. */
export const playbackMutations: readonly Mutation[] = playback;
