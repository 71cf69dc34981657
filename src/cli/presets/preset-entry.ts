import { espeakInstalled } from '../../engines/espeak.ts';
import { SetupError } from '../../server/setup-error.ts';
import type { PipelineEntry } from '../config/model-entry.ts';
import { type AskOptions, findEndpoints } from '../endpoints/ask.ts';
import { choicesFrom, openaiEntries } from '../endpoints/choice.ts';
import { type Endpoint, endpointsToAsk } from '../endpoints/known.ts';
import type { Environment } from '../serve/settings.ts';
import type { PresetName } from './presets.ts';

/** Where the language model of a local preset runs, and how to come by one. */
interface LocalPreset {
  /** Part of the name of its usual endpoint. */
  readonly endpoint: string;
  readonly start: string;
}

const localPresets: Readonly<Record<Exclude<PresetName, 'openai' | 'local'>, LocalPreset>> = {
  ollama: { endpoint: 'Ollama', start: 'ollama serve, then ollama pull qwen3:8b' },
  lmstudio: { endpoint: 'LM Studio', start: 'lms server start, then lms load' },
  llamacpp: { endpoint: 'llama.cpp', start: 'llama-server -m MODEL.gguf --jinja --port 8082' },
  localai: { endpoint: 'LocalAI', start: 'local-ai run MODEL --address :8083' },
  vllm: { endpoint: 'vLLM', start: 'vllm serve MODEL' },
};

export interface PresetOptions extends AskOptions {
  /** Base URLs that are asked before the usual ones. */
  readonly endpoints: readonly string[];
  readonly environment: Environment;
}

/**
 * The pipeline of a preset. All but `openai` ask the usual local endpoints what they have: the language model is the
 * first of the preset's own endpoint, transcriber and synthesizer the first of any.
 *
 * @throws {SetupError} where there is no key, no language model or no transcriber, with what to do.
 */
export async function presetEntry(preset: PresetName, options: PresetOptions): Promise<PipelineEntry> {
  if (preset === 'openai') return openaiPreset(options.environment);
  const endpoints = endpointsToAsk(options.endpoints, options.environment);
  const found = await findEndpoints(endpoints, options);
  const own = preset === 'local' ? endpoints : ownEndpoints(endpoints, options.endpoints, localPresets[preset]);
  const atHand = { espeak: espeakInstalled(), openaiKey: false };
  const choices = choicesFrom({ ...atHand, endpoints: found });
  const urls = new Set(own.map(({ baseUrl }) => baseUrl));
  const models = choicesFrom({ ...atHand, endpoints: found.filter(({ baseUrl }) => urls.has(baseUrl)) }).languageModels;
  const [languageModel] = models;
  const [transcriber] = choices.transcribers;
  const [synthesizer] = choices.synthesizers;
  if (languageModel === undefined) throw lacks(preset, 'language model', own, startOf(preset));
  if (transcriber === undefined || transcriber.entry === 'none' || synthesizer === undefined) {
    throw lacks(preset, 'transcriber', endpoints, 'Start Speaches on port 8000 or whisper.cpp on port 8081');
  }
  return { transcriber: transcriber.entry, language_model: languageModel.entry, synthesizer: synthesizer.entry };
}

function openaiPreset(environment: Environment): PipelineEntry {
  if (!environment['OPENAI_API_KEY']) throw refusal('openai', 'needs OPENAI_API_KEY to be set.');
  const { transcriber, languageModel, synthesizer } = openaiEntries;
  return { transcriber, language_model: languageModel, synthesizer };
}

/** The preset's usual endpoint; those that the user named may be any server's. */
function ownEndpoints(endpoints: readonly Endpoint[], named: readonly string[], { endpoint }: LocalPreset): Endpoint[] {
  return endpoints.filter(({ name }) => name.includes(endpoint) || named.includes(name));
}

function startOf(preset: Exclude<PresetName, 'openai'>): string {
  return preset === 'local' ? 'Start a server of models, such as Ollama' : `Start one: ${localPresets[preset].start}`;
}

function lacks(preset: PresetName, what: string, asked: readonly Endpoint[], advice: string): SetupError {
  const urls = asked.map(({ baseUrl }) => baseUrl).join(', ');
  return refusal(preset, `found no ${what} at ${urls}. ${advice}, or name where it is with --endpoint URL.`);
}

function refusal(preset: PresetName, message: string): SetupError {
  return new SetupError('invalid_configuration', `--preset ${preset} ${message}`);
}
