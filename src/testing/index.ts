export { readScenario, type Scenario, ScenarioError, scenarioModel } from '../engines/index.ts';
export { ClientView, type HeldSpeech, type RunningResponse } from '../laws/client-view.ts';
export type { Law } from '../laws/law.ts';
export { brokenLaws, laws } from '../laws/session-laws.ts';
export { type Cause, type Moment, printTrace, type Sent, type Trace, traceOf } from '../laws/trace.ts';
export {
  type Direction,
  type Redaction,
  redactions,
  type SoundFormat,
  type TakeClosed,
  type TakeHeader,
  type Track,
} from '../take/format.ts';
export { readTake, readTakes } from '../take/node/read-take.ts';
export { type RecordToOptions, recordTo, type TakeRecorder } from '../take/node/record-to.ts';
export type { Take, TakeEntry, TakeFrame } from '../take/reader.ts';
export { type MatchMode, matchModes } from '../take/replay/match.ts';
export { TakeError } from '../take/take-error.ts';
export { type MemoryPairOptions, type MemoryWire, memoryPair } from '../wire/memory.ts';
export {
  clientEvents,
  heardOutputs,
  type ProgramOptions,
  programs,
  saidOutputs,
  steps,
} from './arbitraries.ts';
export type { ContractOptions, ContractTest } from './engines/contract-test.ts';
export { type LanguageModelContractOptions, languageModelContract } from './engines/language-model.ts';
export { modelContract } from './engines/model.ts';
export { type SynthesizerContractOptions, synthesizerContract } from './engines/synthesizer.ts';
export { type TranscriberContractOptions, transcriberContract } from './engines/transcriber.ts';
export { vadContract } from './engines/vad.ts';
export {
  type HeardOutput,
  type McpNews,
  type Program,
  resolveName,
  resolveNames,
  type SaidOutput,
  type Step,
} from './program.ts';
export { type ReplayServerOptions, replayServer } from './replay-server.ts';
export { type SessionScript, sessionScript, typesOf } from './session-script.ts';
export { updates } from './update-arbitraries.ts';
export { type VirtualClock, virtualClock } from './virtual-clock.ts';
