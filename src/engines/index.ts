/** The engines' contracts and the built-in engines. */
export type { EndOfTurn } from '../core/input-audio/end-of-turn.ts';
export type {
  Model,
  ModelSession,
  Paced,
  Pieces,
  PreemptiveTurn,
  Sound,
  SourceSpeech,
  Spoken,
  StreamingUtterance,
  Translated,
  Turn,
  Utterance,
  Vad,
  VadSession,
  VoiceQueue,
} from './contract.ts';
export { type EchoOptions, echoModel } from './echo.ts';
export { energyVad } from './energy-vad.ts';
export { type EspeakOptions, espeakHint, espeakInstalled, espeakVoice, findEspeak } from './espeak.ts';
export { type OpenaiLanguageModelOptions, openaiLanguageModel } from './openai/language-model.ts';
export type { EndpointOptions, Warmable } from './openai/options.ts';
export { type OpenaiSynthesizerOptions, openaiSynthesizer } from './openai/synthesizer.ts';
export type { Timing } from './openai/timing.ts';
export { type OpenaiTranscriberOptions, openaiTranscriber } from './openai/transcriber.ts';
export {
  EngineError,
  type EngineErrorOptions,
  type LanguageModel,
  type LanguageOutput,
  type Question,
  type Transcriber,
} from './parts.ts';
export { pipelineModel } from './pipeline/model.ts';
export type { PipelineOptions } from './pipeline/options.ts';
export { type ScenarioModelOptions, scenarioModel } from './scenario/model.ts';
export { readScenario } from './scenario/read.ts';
export { ScenarioError } from './scenario/scenario-error.ts';
export { type Scenario, scenarioSchema } from './scenario/schema.ts';
export { createSileroVad, type SileroOptions, sileroVad } from './silero/vad.ts';
export { type InTurn, speakInTurn } from './speak-in-turn.ts';
export type { SpeakOptions, Synthesizer } from './synthesizer.ts';
export { toneSpeech } from './tone-speech.ts';
export type { Alarms } from './within-time.ts';
