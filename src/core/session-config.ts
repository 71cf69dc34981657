import type {
  ApiError,
  AudioFormat,
  InputTranscription,
  NoiseReduction,
  RealtimeSession,
  Session as SessionUpdate,
  TranscriptionSession,
  TurnDetection,
} from '../protocol/types.ts';
import { jsonBytes } from './conversation/item-size.ts';
import { fixedTokens } from './conversation/tokens.ts';
import {
  defaultInstructions,
  defaultServerVad,
  defaultTranscriptionModel,
  defaultVoice,
  instructionTokens,
  maxPromptBytes,
  maxTracingBytes,
  modelsWithoutTurnDetection,
} from './defaults.ts';
import { withoutSecrets } from './mcp/headers.ts';
import { mistakes } from './mistakes.ts';
import { sameJson } from './same-json.ts';
import type {
  FullSemanticVad,
  FullTranscription,
  FullTurnDetection,
  InputAudioConfig,
  RealtimeConfig,
  SessionConfig,
  SessionRules,
  TranscriptionConfig,
} from './session.ts';

/** What names a session when it opens. */
export interface SessionIdentity {
  readonly id: string;
  readonly expiresAt: number;
}

/** The configuration of a realtime session in which nothing was asked for (behaviour §1.2). */
export function defaultRealtimeConfig(identity: SessionIdentity, model: string): RealtimeConfig {
  return {
    type: 'realtime',
    object: 'realtime.session',
    id: identity.id,
    model,
    output_modalities: ['audio'],
    instructions: defaultInstructions,
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    tracing: null,
    prompt: null,
    truncation: 'auto',
    include: null,
    expires_at: identity.expiresAt,
    audio: {
      input: { format: pcm(), transcription: null, noise_reduction: null, turn_detection: { ...defaultServerVad } },
      output: { format: pcm(), voice: defaultVoice, speed: 1 },
    },
  };
}

/** The configuration of a transcription session in which nothing was asked for (behaviour §1.2). */
export function defaultTranscriptionConfig(identity: SessionIdentity): TranscriptionConfig {
  return {
    type: 'transcription',
    object: 'realtime.transcription_session',
    id: identity.id,
    include: null,
    expires_at: identity.expiresAt,
    audio: {
      input: {
        format: pcm(),
        transcription: null,
        noise_reduction: null,
        turn_detection: turnDetection({ type: 'server_vad' }, 'transcription'),
      },
    },
  };
}

export type Merged =
  | { readonly ok: true; readonly config: SessionConfig }
  | { readonly ok: false; readonly error: ApiError };

/** What an update is held to besides its own shape. */
export interface UpdateRules extends Pick<SessionRules, 'reasons' | 'instructionTokens'> {
  /** The session has produced audio, which fixes its voice. */
  readonly hasSpoken: boolean;
}

/** Of a session that has not begun, whatever its model. */
export const rulesBeforeBeginning: UpdateRules = { reasons: true, instructionTokens, hasSpoken: false };

/**
 * The configuration after an update, or why it is refused whole (behaviour §1.3): fields present replace, `audio.input`
 * and `audio.output` merge field by field, `turn_detection`, `transcription` and `format` are replaced as whole objects.
 */
export function merge(config: SessionConfig, update: SessionUpdate, rules: UpdateRules): Merged {
  if (update.type !== config.type) return { ok: false, error: mistakes.typeSwitch(config.type, update.type) };
  const next =
    config.type === 'realtime' && update.type === 'realtime'
      ? mergeRealtime(config, update)
      : config.type === 'transcription' && update.type === 'transcription'
        ? mergeTranscription(config, update)
        : config;
  const error =
    locked(config, update, rules.hasSpoken) ?? beyondModel(next, update, rules) ?? unsupported(next.audio.input);
  return error === null ? { ok: true, config: next } : { ok: false, error };
}

function mergeRealtime(config: RealtimeConfig, update: RealtimeSession): RealtimeConfig {
  const { audio, include, prompt, tracing, truncation, tools, ...others } = update;
  const { type: _type, model: _model, id: _id, object: _object, expires_at: _end, resumption: _back, ...rest } = others;
  const output = audio?.output ?? {};
  return {
    ...config,
    ...rest,
    // What is shown to a client is never a secret, whoever reads it next.
    ...(tools === undefined ? {} : { tools: tools.map((tool) => (tool.type === 'mcp' ? withoutSecrets(tool) : tool)) }),
    ...(include === undefined ? {} : { include }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(tracing === undefined ? {} : { tracing }),
    ...(truncation === undefined ? {} : { truncation: truncation ?? 'disabled' }),
    audio: {
      input: mergeInput(config.audio.input, audio?.input ?? {}, 'realtime'),
      output: {
        format: output.format === undefined ? config.audio.output.format : fullFormat(output.format),
        voice: output.voice ?? config.audio.output.voice,
        speed: output.speed ?? config.audio.output.speed,
      },
    },
  };
}

function mergeTranscription(config: TranscriptionConfig, update: TranscriptionSession): TranscriptionConfig {
  return {
    ...config,
    ...(update.include === undefined ? {} : { include: update.include }),
    audio: { input: mergeInput(config.audio.input, update.audio?.input ?? {}, 'transcription') },
  };
}

type InputUpdate = NonNullable<NonNullable<RealtimeSession['audio']>['input']>;

function mergeInput(held: InputAudioConfig, update: InputUpdate, kind: SessionConfig['type']): InputAudioConfig {
  const { format, transcription, noise_reduction, turn_detection } = update;
  const next: InputAudioConfig = {
    format: format === undefined ? held.format : fullFormat(format),
    transcription: transcription === undefined ? held.transcription : transcription && fullTranscription(transcription),
    noise_reduction:
      noise_reduction === undefined
        ? held.noise_reduction
        : noise_reduction && fullNoiseReduction(held.noise_reduction, noise_reduction),
    turn_detection:
      turn_detection === undefined ? held.turn_detection : turn_detection && turnDetection(turn_detection, kind),
  };
  return turn_detection === undefined && clashes(next) && isDefault(next.turn_detection, kind)
    ? { ...next, turn_detection: null }
    : next;
}

/** Turn detection beside a transcription model that has none of it. */
function clashes({ transcription, turn_detection }: InputAudioConfig): boolean {
  return turn_detection !== null && modelsWithoutTurnDetection.includes(transcription?.model ?? '');
}

/** D20: turn detection that nobody asked for gives way to a model that has none of it. */
function isDefault(held: FullTurnDetection | null, kind: SessionConfig['type']): boolean {
  return sameJson(held, turnDetection({ type: 'server_vad' }, kind));
}

function pcm(): AudioFormat {
  return { type: 'audio/pcm', rate: 24000 };
}

/** D15: PCM has one rate, which may be left out where the service asks for it. */
export function fullFormat(format: AudioFormat): AudioFormat {
  return format.type === undefined || format.type === 'audio/pcm' ? pcm() : { type: format.type };
}

function fullTranscription(given: InputTranscription): FullTranscription {
  return { language: null, prompt: null, ...given, model: given.model ?? defaultTranscriptionModel };
}

/** Behaviour §5.3: an update without `strength` keeps the value. */
function fullNoiseReduction(held: NoiseReduction | null, given: NoiseReduction): NoiseReduction {
  return { type: 'near_field', ...held, ...given };
}

function turnDetection(given: TurnDetection, kind: SessionConfig['type']): FullTurnDetection {
  if (given.type === 'semantic_vad') {
    const full: FullSemanticVad = { eagerness: 'auto', create_response: true, interrupt_response: true, ...given };
    return kind === 'realtime' ? full : { type: full.type, eagerness: full.eagerness };
  }
  const full = { ...defaultServerVad, ...given };
  if (kind === 'realtime') return full;
  const { type, threshold, prefix_padding_ms, silence_duration_ms } = full;
  return { type, threshold, prefix_padding_ms, silence_duration_ms };
}

/** What a running session no longer lets go of (behaviour §1.3). */
function locked(config: SessionConfig, update: SessionUpdate, hasSpoken: boolean): ApiError | null {
  if (config.type !== 'realtime' || update.type !== 'realtime') return null;
  if (update.model !== undefined && update.model !== config.model) return mistakes.modelFixed(update.model);
  const voice = update.audio?.output?.voice;
  if (voice !== undefined && hasSpoken && !sameJson(voice, config.audio.output.voice)) return mistakes.voiceFixed();
  const retraced = update.tracing !== undefined && update.tracing !== null && !sameJson(update.tracing, config.tracing);
  return retraced && config.tracing !== null ? mistakes.tracingFixed() : null;
}

/** Settings that are for models that reason, and more instructions than the model takes, refuse the update (behaviour §1.3). */
function beyondModel(next: SessionConfig, update: SessionUpdate, rules: UpdateRules): ApiError | null {
  if (next.type !== 'realtime' || update.type !== 'realtime') return null;
  return (
    sizeMistake(update) ??
    reasoningMistake(update, 'session', next.model, rules) ??
    ceilingMistake(next, update, 'session', rules)
  );
}

/** Settings that may hold any JSON are bounded as a whole, since a session keeps and shows them. */
function sizeMistake({ prompt, tracing }: RealtimeSession): ApiError | null {
  const promptBytes = jsonBytes(prompt);
  if (promptBytes > maxPromptBytes) return mistakes.promptTooLong(promptBytes, maxPromptBytes);
  const tracingBytes = jsonBytes(typeof tracing === 'object' ? tracing?.metadata : null);
  return tracingBytes > maxTracingBytes ? mistakes.tracingTooLong(tracingBytes, maxTracingBytes) : null;
}

type ForReasoning = Pick<RealtimeSession, 'reasoning' | 'parallel_tool_calls'>;

/** `where` names the object that holds the settings, `session` or `response`. */
export function reasoningMistake(
  given: ForReasoning,
  where: string,
  model: string,
  { reasons }: Pick<SessionRules, 'reasons'>,
): ApiError | null {
  if (reasons) return null;
  const key = (['reasoning', 'parallel_tool_calls'] as const).find((each) => given[each] !== undefined);
  return key === undefined ? null : mistakes.notReasoning(`${where}.${key}`, model);
}

/** Blames what was given; nothing where neither instructions nor tools were. */
export function ceilingMistake(
  next: Pick<RealtimeConfig, 'instructions' | 'tools'>,
  given: Pick<RealtimeSession, 'instructions' | 'tools'>,
  where: string,
  rules: Pick<SessionRules, 'instructionTokens'>,
): ApiError | null {
  if (given.instructions === undefined && given.tools === undefined) return null;
  const tokens = fixedTokens(next.instructions, next.tools);
  if (tokens <= rules.instructionTokens) return null;
  const key = given.instructions === undefined ? 'tools' : 'instructions';
  return mistakes.instructionsTooLong(`${where}.${key}`, tokens, rules.instructionTokens);
}

function unsupported(input: InputAudioConfig): ApiError | null {
  return clashes(input) ? mistakes.turnDetectionUnsupported(input.transcription?.model ?? '') : null;
}
