import { ClientView } from './client-view.ts';
import { breach, type Law } from './law.ts';
import type { ServerEvent, Trace } from './trace.ts';

interface Words {
  /** Null where transcription changed while the user spoke: then it goes by when the session asked for the words. */
  readonly expected: boolean | null;
  readonly withLogprobs: boolean;
  deltas: string;
  /** Deltas and segments came before. */
  spoke: boolean;
  ended: boolean;
}

function transcribesOnce(trace: Trace): string | null {
  const told = new ToldWords();
  for (const sent of trace.events) {
    const problem = told.problem(sent.event);
    if (problem !== null) return breach(sent, problem);
    told.read(sent.event);
  }
  const mute = told.mute();
  return trace.closedIn !== null || mute === null ? null : `${mute} never got its transcript`;
}

/** What has been told of the words of each item, and what may be told of speech that is not committed yet. */
class ToldWords {
  readonly #view = new ClientView();
  readonly #words = new Map<string, Words>();
  /** Speech of which words were told before its commit; its id is that of the next commit. */
  #early: string | null = null;
  /** How transcription was set since the speech began. */
  #settings: InputTranscription[] = [];

  problem(event: ServerEvent): string | null {
    if (event.type === 'input_audio_buffer.committed' && this.#early !== null && this.#early !== event.item_id)
      return `words of ${this.#early} were told before its commit`;
    if (!event.type.startsWith(prefix) || !('item_id' in event)) return null;
    const id = event.item_id ?? '';
    if (!this.#words.has(id) && this.#mayBegin(event)) {
      this.#early = id;
      this.#words.set(id, this.#asked(true));
    }
    if (id === this.#early && !event.type.endsWith('.delta')) return `${id} is not committed yet`;
    return wordsProblem(this.#words, event);
  }

  read(event: ServerEvent): void {
    const view = this.#view;
    const detection = JSON.stringify(view.input.turn_detection);
    if (event.type === 'input_audio_buffer.committed') this.#commit(event.item_id);
    view.read(event);
    const { transcription = null } = view.input;
    const isOther = JSON.stringify(view.input.turn_detection) !== detection;
    if (isOther || discarding.has(event.type)) {
      if (this.#early !== null) this.#words.delete(this.#early);
      this.#early = null;
    }
    const begins = isOther || beginning.has(event.type);
    if (begins) this.#settings = [transcription];
    else if (event.type === 'session.updated') this.#settings.push(transcription);
  }

  mute(): string | null {
    for (const [id, { expected, ended, spoke }] of this.#words) {
      if (id !== this.#early && !ended && (expected ?? spoke)) return id;
    }
    return null;
  }

  #commit(id: string): void {
    if (this.#early === null) this.#words.set(id, this.#asked(null));
    this.#early = null;
  }

  #asked(told: boolean | null): Words {
    const { config, input, turn } = this.#view;
    // A commit of silence, under turn detection, is of speech that never began.
    const silent = input.turn_detection !== null && turn === null;
    const settings = silent ? [input.transcription ?? null] : this.#settings;
    const isOn = settings.map((each) => each !== null);
    const withLogprobs = config?.include?.includes('item.input_audio_transcription.logprobs') ?? false;
    const expected = isOn.every((each) => each === isOn[0]) ? (isOn[0] ?? false) : null;
    return { expected: told ?? expected, withLogprobs, deltas: '', spoke: false, ended: false };
  }

  /** Only a model that streams while it hears is told of before the commit, and only of speech that nobody announces. */
  #mayBegin({ type }: ServerEvent): boolean {
    const streams = this.#settings.some((each) => each?.model === streamingModel);
    return (
      this.#early === null && type.endsWith('.delta') && streams && (this.#view.input.turn_detection ?? null) === null
    );
  }
}

type InputTranscription = { readonly model?: string } | null;

const prefix = 'conversation.item.input_audio_transcription.';
/** Behaviour §5.1, told a second time. */
const streamingModel = 'gpt-realtime-whisper';
const discarding: ReadonlySet<string> = new Set(['input_audio_buffer.cleared']);
const beginning: ReadonlySet<string> = new Set([
  'session.created',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.committed',
  'input_audio_buffer.cleared',
]);

function wordsProblem(committed: ReadonlyMap<string, Words>, event: ServerEvent): string | null {
  if (!event.type.startsWith(prefix) || !('item_id' in event)) return null;
  const words = committed.get(event.item_id ?? '');
  if (words === undefined) return `${event.item_id} was not committed`;
  if (words.expected === false) return `transcription was off when ${event.item_id} was committed`;
  if (words.ended) return `${event.item_id} has its transcript`;
  if ('logprobs' in event && (event.logprobs ?? null) !== null && !words.withLogprobs)
    return 'nobody asked for log probabilities';
  switch (event.type) {
    case 'conversation.item.input_audio_transcription.delta':
      words.deltas += event.delta ?? '';
      words.spoke = true;
      return null;
    case 'conversation.item.input_audio_transcription.completed':
      words.ended = true;
      return !words.spoke || words.deltas === event.transcript ? null : `its deltas said "${words.deltas}"`;
    case 'conversation.item.input_audio_transcription.failed':
      words.ended = true;
      return null;
    default:
      return null;
  }
}

/** Law 22 of behaviour §9. */
export const transcriptionLaws: readonly Law[] = [
  { number: '22', says: 'a committed item gets one transcript where transcription is on', broken: transcribesOnce },
];
