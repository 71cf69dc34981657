import {
  createSileroVad,
  type EndOfTurn,
  energyVad,
  espeakVoice,
  type LanguageModel,
  openaiLanguageModel,
  openaiSynthesizer,
  openaiTranscriber,
  type Synthesizer,
  sileroVad,
  type Transcriber,
  toneSpeech,
  type Vad,
} from '../../engines/index.ts';
import { isModule } from '../config/engine-entry.ts';
import type { PipelineEntry } from '../config/model-entry.ts';
import { oneLine } from '../one-line.ts';
import type { Environment } from '../serve/settings.ts';
import { kinds } from './kinds.ts';
import { loadModule } from './module.ts';
import { openaiOptions } from './openai-options.ts';
import type { Place } from './place.ts';

/** Where an entry stands, and what it may take from the environment. */
export interface Around {
  readonly place: Place;
  readonly environment: Environment;
}

export async function vadOf(entry: PipelineEntry['vad'], { place }: Around): Promise<Vad> {
  if (isModule(entry)) return loadModule(entry, kinds.vad, place);
  if (entry === undefined || entry === 'silero') return sileroVad;
  if (entry === 'energy' || entry.engine === 'energy') return energyVad;
  const { gate, onnxruntime } = entry;
  return createSileroVad({
    ...(gate === undefined ? {} : { gate }),
    ...(onnxruntime === undefined ? {} : { onnxruntime }),
  });
}

/** The decision of an entry; undefined for the session's own. */
export async function endOfTurnOf(
  entry: PipelineEntry['end_of_turn'],
  { place }: Around,
): Promise<EndOfTurn | undefined> {
  return isModule(entry) ? loadModule(entry, kinds.endOfTurn, place) : undefined;
}

export async function transcriberOf(entry: PipelineEntry['transcriber'], around: Around): Promise<Transcriber> {
  const { place, environment } = around;
  if (isModule(entry)) return loadModule(entry, kinds.transcriber, place);
  if (typeof entry === 'string' || entry.engine === 'none') return { transcribe: nothing };
  const options = openaiOptions(entry, environment, place);
  return built(() => openaiTranscriber(options), place);
}

export async function languageModelOf(entry: PipelineEntry['language_model'], around: Around): Promise<LanguageModel> {
  const { place, environment } = around;
  if (isModule(entry)) return loadModule(entry, kinds.languageModel, place);
  const options = openaiOptions(entry, environment, place);
  return built(() => openaiLanguageModel(options), place);
}

export async function synthesizerOf(entry: PipelineEntry['synthesizer'], around: Around): Promise<Synthesizer> {
  const { place, environment } = around;
  if (isModule(entry)) return loadModule(entry, kinds.synthesizer, place);
  if (entry === 'tone') return tones;
  if (entry === 'espeak') return built(() => espeakVoice(), place);
  switch (entry.engine) {
    case 'tone':
      return tones;
    case 'espeak':
      return built(() => espeakVoice(entry.language === undefined ? {} : { language: entry.language }), place);
    case 'openai': {
      const options = openaiOptions(entry, environment, place);
      return built(() => openaiSynthesizer(options), place);
    }
    default:
      return entry satisfies never;
  }
}

/** What the builders find wrong is wrong with the entry. */
function built<T>(build: () => T, place: Place): T {
  try {
    return build();
  } catch (cause) {
    throw place.problem(oneLine(cause), cause);
  }
}

/** Hears no words: the transcript is empty. */
async function* nothing(): AsyncGenerator<{ readonly type: 'completed'; readonly transcript: '' }> {
  yield { type: 'completed', transcript: '' };
}

const toneRate = 24_000;

/** A tone of 60 ms a character, word by word. */
const tones: Synthesizer = {
  async *speak(text, { signal }) {
    for (const character of text) {
      if (signal.aborted) return;
      yield toneSpeech(character, toneRate);
    }
  },
};
