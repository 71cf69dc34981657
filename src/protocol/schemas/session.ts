import * as z from 'zod';
import { audioFormat } from './audio-format.ts';
import { include, inputTranscription, noiseReduction } from './audio-input.ts';
import { mostMembers, name } from './bounded.ts';
import {
  maxOutputTokens,
  oneOutputModality,
  outputModality,
  reasoning,
  tracing,
  truncation,
  voice,
} from './model-settings.ts';
import { prompt } from './prompt.ts';
import { unixSeconds } from './quantity.ts';
import { askedResumption, resumption } from './resumption.ts';
import { tool, toolChoice } from './tool.ts';
import { turnDetection } from './turn-detection.ts';

/** What is done with the user's audio. */
export const audioInput = z.object({
  /** How the user's audio is written. Default PCM. */
  format: audioFormat.exactOptional(),
  /** Null turns it off (the default). The official types forbid null; their text asks for it. */
  noise_reduction: noiseReduction.nullable().exactOptional(),
  /** Null turns it off (the default). The official types forbid null; their text asks for it. */
  transcription: inputTranscription.nullable().exactOptional(),
  /** Null: the client commits turns itself. Default `server_vad`. */
  turn_detection: turnDetection.nullable().exactOptional(),
});

/** How the model's audio is made. */
export const audioOutput = z.object({
  /** How the model's audio is written. Default PCM. */
  format: audioFormat.exactOptional(),
  /** 1 is normal. Changes only between turns. */
  speed: z.number().min(0.25).max(1.5).exactOptional(),
  /** Fixed once the session has given out audio. */
  voice: voice.exactOptional(),
});

/** What servers say of any session beyond its settings. */
const identity = {
  id: z.string().exactOptional(),
  /** When the session ends by age. 0 inside a client secret: not started yet. */
  expires_at: unixSeconds.exactOptional(),
};

/** What a session that was shown says of itself: taken when it is sent back, and without effect, but for what it asks of resuming. */
export const shownOfSession = {
  ...identity,
  object: z.string().exactOptional(),
  /** `enabled: true` asks for a handle by which the session can be taken up again. */
  resumption: askedResumption.exactOptional(),
};

const realtimeFields = {
  type: z.literal('realtime'),
  /** The model that answers; fixed when the session starts. Any string: a server has its own. */
  model: name.exactOptional(),
  /** What the model is told before the conversation. A server has its own default, seen in `session.created`. */
  instructions: z.string().exactOptional(),
  /** Default `["audio"]`. */
  output_modalities: oneOutputModality.exactOptional(),
  audio: z.object({ input: audioInput.exactOptional(), output: audioOutput.exactOptional() }).exactOptional(),
  tools: z.array(tool).max(mostMembers).exactOptional(),
  /** Default `auto`. */
  tool_choice: toolChoice.exactOptional(),
  /** For reasoning models only. */
  parallel_tool_calls: z.boolean().exactOptional(),
  /** For reasoning models only. */
  reasoning: reasoning.exactOptional(),
  /** Default `inf`. */
  max_output_tokens: maxOutputTokens.exactOptional(),
  /** Default null. */
  tracing: tracing.exactOptional(),
  /** Default `auto`; null means `disabled`, and is not shown. */
  truncation: truncation.nullable().exactOptional(),
  prompt: prompt.nullable().exactOptional(),
  /** Null on the wire where nothing is included, though the types forbid it. */
  include: include.nullable().exactOptional(),
};

/** The settings of a session in which a model answers, as a client sends them: only what is present changes. */
export const realtimeSession = z.object({ ...realtimeFields, ...shownOfSession });

/** Input audio as servers show it: once transcription is on, absent settings are null (behaviour §1.2). */
export const effectiveAudioInput = audioInput.extend({
  transcription: inputTranscription
    .extend({ language: z.string().nullable().exactOptional(), prompt: z.string().nullable().exactOptional() })
    .nullable()
    .exactOptional(),
});

/**
 * A session in which a model answers, as a server shows it: every setting in effect. A union of the two shapes that the
 * sources give, so any of its fields but `type` may be missing.
 */
export const effectiveRealtimeSession = z.object({
  ...realtimeFields,
  ...identity,
  object: z.literal('realtime.session').exactOptional(),
  /** How the session may be taken up again. Only for those who asked. */
  resumption: resumption.exactOptional(),
  output_modalities: z.array(outputModality).exactOptional(),
  truncation: truncation.exactOptional(),
  max_output_tokens: z.union([z.int().min(1), z.literal('inf')]).exactOptional(),
  audio: z.object({ input: effectiveAudioInput.exactOptional(), output: audioOutput.exactOptional() }).exactOptional(),
});

/** A session in which a model answers, as a client secret carries it. */
export const mintedRealtimeSession = effectiveRealtimeSession.extend({
  id: z.string(),
  object: z.literal('realtime.session'),
});
