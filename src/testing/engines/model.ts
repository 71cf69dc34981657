import assert from 'node:assert/strict';
import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import type { Model, ModelSession, Spoken, Turn } from '../../engines/contract.ts';
import type { ContractOptions, ContractTest } from './contract-test.ts';
import { callsAreWhole } from './language-model.ts';
import { allPieces, endsOnce, type Start, stopsAfter } from './pieces.ts';
import { everyItem, spokenItem, turnOf, typedItem, utteranceOf } from './requests.ts';
import { isSound, oddSounds, someSound } from './sounds.ts';

/** What any model must keep, whatever it is made of. Its vad has a contract of its own. */
export function modelContract(model: Model, options: ContractOptions = {}): readonly ContractTest[] {
  return [
    ...(['text', 'audio'] as const).flatMap((modality) => responseTests(model, modality, options)),
    ...transcriptionTests(model, options),
    { name: 'opens many sessions', run: () => manySessions(model, options) },
    {
      name: 'ends a session without a throw, also while it answers',
      async run() {
        const session = model.open();
        const pieces = session.respond(turnOf(), new AbortController().signal);
        assert.ok(pieces);
        session.close();
      },
    },
  ];
}

function responseTests(model: Model, modality: Turn['modality'], options: ContractOptions): readonly ContractTest[] {
  const starting =
    (turn: Partial<Turn> = {}): Start<Spoken> =>
    (signal) =>
      model.open().respond(turnOf({ modality, ...turn }), signal);
  const respond = async (turn?: Partial<Turn>): Promise<void> =>
    isResponse(await allPieces(starting(turn), options), modality);
  const stops = (pieces: number) => stopsAfter(starting(), pieces, { ...options, mayThrow: true });
  const sound = someSound();
  return [
    { name: `answers typed text in ${modality}`, run: () => respond() },
    { name: `answers an empty conversation in ${modality}`, run: () => respond({ items: [], instructions: '' }) },
    { name: `answers items of every kind in ${modality}`, run: () => respond({ items: everyItem }) },
    {
      name: `answers speech in ${modality}, with words and without`,
      async run() {
        await respond({ items: [spokenItem('hello')], sound: () => sound });
        await respond({ items: [spokenItem(null)], sound: () => sound });
        await respond({ items: [spokenItem(null)] });
      },
    },
    {
      name: `answers in ${modality} for a telephone`,
      run: () => respond({ format: 'audio/pcmu', voice: 'no such voice' }),
    },
    { name: `does not begin to answer in ${modality} after an abort`, run: () => stops(0) },
    { name: `stops answering in ${modality} at once when it is aborted`, run: () => stops(1) },
  ];
}

function transcriptionTests(model: Model, options: ContractOptions): readonly ContractTest[] {
  return [['some sound', someSound()] as const, ...oddSounds].map(([what, sound]) => ({
    name: `puts ${what} into words, or says that it cannot`,
    async run() {
      const session = model.open();
      const start: Start<TranscriberOutput> = (signal) => session.transcribe(utteranceOf(sound), signal);
      endsOnce(await allPieces(start, options), ['completed', 'failed']);
    },
  }));
}

/** Several at a time, each with two responses under way. */
async function manySessions(model: Model, options: ContractOptions): Promise<void> {
  const sessions: readonly ModelSession[] = [model.open(), model.open(), model.open()];
  const answers = sessions.flatMap((session) =>
    ['one', 'two'].map((text) => {
      const start: Start<Spoken> = (signal) => session.respond(turnOf({ items: [typedItem(text)] }), signal);
      return allPieces(start, options);
    }),
  );
  for (const pieces of await Promise.all(answers)) isResponse(pieces, 'text');
  for (const session of sessions) session.close();
}

function isResponse(pieces: readonly Spoken[], modality: Turn['modality']): void {
  endsOnce(pieces, ['end', 'incomplete', 'failed']);
  callsAreWhole(pieces);
  for (const piece of pieces) {
    if (piece.type !== 'sound') continue;
    assert.equal(modality, 'audio', 'a text response has no sound');
    isSound(piece);
  }
}
