import { law, type Mutation, region } from './mutation.ts';

const streaming = region(
  'streaming transcription',
  {
    bug: 'hands over sound that comes after the turn',
    file: 'core/input-audio/turn.ts',
    find: 'heard: VadWindow): void {\n  handOver(draft, heard.endTick);',
    replace: 'heard: VadWindow): void {\n  handOver(draft, draft.session.buffer.endTick);',
    caughtBy: law('18, streaming'),
  },
  {
    bug: 'leaves out the padding before streamed speech',
    file: 'core/input-audio/turn.ts',
    find: 'streamSpeech(draft, itemId, startTick);',
    replace: 'streamSpeech(draft, itemId, onsetTick);',
    caughtBy: law('18, streaming'),
  },
  {
    bug: 'goes on streaming speech that was cleared',
    file: 'core/input-audio/buffer.ts',
    find: '  dropSpeech(draft);\n  forgetSpareByte(draft);\n',
    replace: '  forgetSpareByte(draft);\n',
    caughtBy: law('18, streaming'),
  },
  {
    bug: 'sends a transcript before the commit, whatever the transcription model',
    file: 'core/transcription/transcription.ts',
    find: 'streaming.announced && streaming.streams &&',
    replace: 'streaming.announced &&',
    caughtBy: law('22'),
  },
  {
    bug: 'sends a transcript by the settings when it comes, not by those when its speech began',
    file: 'core/transcription/transcription.ts',
    find: 'const { streams: _streams, handedTick: _handedTick, kept, keptBytes: _keptBytes, ...asked } = streaming;',
    replace:
      'const { kept } = streaming;\n  const { streams: _streams, ...asked } = transcriptAsked(draft.session.config, streaming.itemId);',
    caughtBy: law('18, streaming'),
  },
  {
    bug: 'transcribes streamed speech a second time',
    file: 'core/transcription/transcription.ts',
    find: 'if (streaming?.itemId === itemId) return endSpeech(draft, streaming, audioMs);',
    replace: '',
    caughtBy: law('22, streaming'),
  },
  {
    bug: 'loses sound that waits for its reader',
    file: 'server/session/speech-stream.ts',
    find: 'this.#waiting.push(sound);',
    replace: 'this.#waiting = [sound];',
    caughtBy: law('18, streamed'),
  },
);

const preemptive = region(
  'preemptive turns',
  {
    bug: 'preempts a turn although the user goes on',
    file: 'core/response/preemptive.ts',
    find: 'return turn.silenceTick !== null;',
    replace: 'return true;',
    caughtBy: law('9, preemptive'),
  },
  {
    bug: 'keeps a preempted answer when the conversation changes',
    file: 'core/response/preemptive.ts',
    find: 'sameBut(preemption.itemId, before.conversation.items, after.conversation.items)',
    replace: 'true',
    caughtBy: law('9, preemptive'),
  },
  {
    bug: 'gives up a preempted answer only after the change has taken effect',
    file: 'core/response/preemptive.ts',
    find: "draft.effects.unshift({ do: 'stop-preempting' });",
    replace: "draft.effects.push({ do: 'stop-preempting' });",
    caughtBy: law('9, preemptive'),
  },
  {
    bug: 'preempts a turn that gets no response',
    file: 'core/input-audio/turn.ts',
    find: ' || !switches(detection).responds) return;',
    replace: ') return;',
    caughtBy: law('9, preemptive'),
  },
  {
    bug: 'does not tell its model that a preempted turn is given up',
    file: 'server/session/model-work.ts',
    find: '    this.#preempted?.abort();\n',
    replace: '',
    caughtBy: law('26, teardown'),
  },
);

const heardWords = region(
  'heard words',
  {
    bug: 'counts words as heard before their sound was made',
    file: 'audio/heard-words.ts',
    find: "if (ticks === 0) return '';",
    replace: '',
    caughtBy: { tests: 'src/audio/heard-words.test.ts' },
  },
  {
    bug: 'counts a whole speech as one clause',
    file: 'core/response/output.ts',
    find: 'marks: marked(part)',
    replace: 'marks: part.marks',
    caughtBy: { tests: 'src/core/conversation/conversation.test.ts' },
  },
);

/** Bugs of what a model hears before a turn has ended, and of what it takes for heard of its own speech. */
export const speechMutations: readonly Mutation[] = [...streaming, ...preemptive, ...heardWords];
