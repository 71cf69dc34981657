import type {
  OpenaiLanguageModelEntry,
  OpenaiSynthesizerEntry,
  OpenaiTranscriberEntry,
} from '../config/engine-entry.ts';
import type { PipelineEntry } from '../config/model-entry.ts';
import { printable } from '../printable.ts';
import type { FoundEndpoint } from './ask.ts';
import type { Role } from './role.ts';

/** Something that can be chosen for a place in a pipeline. */
export interface Choice<Entry> {
  /** For people: "qwen3:8b (Ollama)". */
  readonly label: string;
  /** What the configuration file says of it. */
  readonly entry: Entry;
}

/** What a pipeline can be put together from, the likeliest first. */
export interface Choices {
  readonly transcribers: readonly Choice<PipelineEntry['transcriber']>[];
  readonly languageModels: readonly Choice<PipelineEntry['language_model']>[];
  readonly synthesizers: readonly Choice<PipelineEntry['synthesizer']>[];
}

/** What OpenAI's own endpoint is used for where nobody says otherwise. */
export const openaiEntries = {
  transcriber: { engine: 'openai', model: 'gpt-4o-mini-transcribe', stream: true },
  languageModel: { engine: 'openai', model: 'gpt-4.1-mini' },
  synthesizer: { engine: 'openai', model: 'gpt-4o-mini-tts' },
} as const satisfies {
  readonly transcriber: OpenaiTranscriberEntry;
  readonly languageModel: OpenaiLanguageModelEntry;
  readonly synthesizer: OpenaiSynthesizerEntry;
};

export interface AtHand {
  readonly endpoints: readonly FoundEndpoint[];
  readonly espeak: boolean;
  /** Whether OPENAI_API_KEY is set. */
  readonly openaiKey: boolean;
}

/** What there is to choose from: what endpoints list, then what needs none. */
export function choicesFrom({ endpoints, espeak, openaiKey }: AtHand): Choices {
  const openai = <Entry extends { readonly model: string }>(entry: Entry): Choice<Entry>[] =>
    openaiKey ? [{ label: `${entry.model} (OpenAI)`, entry }] : [];
  return {
    transcribers: [
      ...listed(endpoints, 'transcriber', transcriber),
      ...openai(openaiEntries.transcriber),
      { label: 'none: it understands what is typed only', entry: 'none' },
    ],
    languageModels: [...listed(endpoints, 'language_model', languageModel), ...openai(openaiEntries.languageModel)],
    synthesizers: [
      ...listed(endpoints, 'synthesizer', synthesizer),
      ...openai(openaiEntries.synthesizer),
      ...(espeak ? [{ label: 'espeak-ng', entry: 'espeak' } as const] : []),
      { label: 'tones instead of speech', entry: 'tone' },
    ],
  };
}

function listed<Entry>(
  endpoints: readonly FoundEndpoint[],
  role: Role,
  entryOf: (endpoint: FoundEndpoint, model: string) => Entry,
): Choice<Entry>[] {
  return endpoints.flatMap((endpoint) =>
    endpoint.models
      .filter((model) => model.role === role)
      .map(({ id }) => ({ label: printable(`${id} (${endpoint.name})`), entry: entryOf(endpoint, id) })),
  );
}

function transcriber({ baseUrl, transcriptionPath: path }: FoundEndpoint, model: string): OpenaiTranscriberEntry {
  // whisper.cpp, the one with a path of its own, takes speech for English unless it is told to guess.
  return { engine: 'openai', base_url: baseUrl, model, ...(path === undefined ? {} : { path, language: 'auto' }) };
}

function languageModel({ baseUrl }: FoundEndpoint, model: string): OpenaiLanguageModelEntry {
  return { engine: 'openai', base_url: baseUrl, model };
}

function synthesizer({ baseUrl, voices }: FoundEndpoint, model: string): OpenaiSynthesizerEntry {
  const voice = usualVoice(voices, model);
  return {
    engine: 'openai',
    base_url: baseUrl,
    model,
    ...(voice === undefined ? {} : { voice }),
    // Bare samples do not tell their rate, and only Kokoro's is known.
    ...(isKokoro(model) ? {} : { response_format: 'wav' as const }),
  };
}

/** Kokoro's best voice where the model is one; else the first that is listed. */
function usualVoice(voices: readonly string[], model: string): string | undefined {
  const kokoro = 'af_heart';
  return voices.includes(kokoro) || (voices.length === 0 && isKokoro(model)) ? kokoro : voices[0];
}

function isKokoro(model: string): boolean {
  return /kokoro/i.test(model);
}
