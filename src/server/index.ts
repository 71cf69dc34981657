export type { BetaHeader } from './admission/decide.ts';
export { type Clock, systemClock } from './clock.ts';
export { defaultLimits, type Limits, type SessionLimits } from './limits.ts';
export { listen, type RunningServer } from './listen.ts';
export { type LogFields, type SessionLog, silentLog } from './log.ts';
export type { McpSettings } from './mcp/rules.ts';
export type { ListenOptions, LiveOptions, WebRtcOptions } from './options.ts';
export { SetupError, type SetupProblem } from './setup-error.ts';
