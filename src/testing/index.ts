export { readScenario, type Scenario, ScenarioError, scenarioModel } from '../engines/index.ts';
export { type MemoryPairOptions, type MemoryWire, memoryPair } from '../wire/memory.ts';
export {
  clientEvents,
  heardOutputs,
  type ProgramOptions,
  programs,
  saidOutputs,
  steps,
  updates,
} from './arbitraries.ts';
export { ClientView, type HeldSpeech, type RunningResponse } from './client-view.ts';
export type { Law } from './laws/law.ts';
export { brokenLaws, laws } from './laws/session-laws.ts';
export {
  type HeardOutput,
  type McpNews,
  type Program,
  resolveName,
  resolveNames,
  type SaidOutput,
  type Step,
} from './program.ts';
export { type SessionScript, sessionScript, typesOf } from './session-script.ts';
export { type Cause, type Moment, printTrace, type Sent, type Trace, traceOf } from './trace.ts';
export { type VirtualClock, virtualClock } from './virtual-clock.ts';
