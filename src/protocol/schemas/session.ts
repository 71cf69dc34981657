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
  /** The format of the user's audio. Default PCM. */
  format: audioFormat.exactOptional(),
  /** Null (the default) turns it off. The official types forbid null, but their comments ask for it. */
  noise_reduction: noiseReduction.nullable().exactOptional(),
  /** Null (the default) turns it off. The official types forbid null, but their comments ask for it. */
  transcription: inputTranscription.nullable().exactOptional(),
  /** If it is null, the client commits turns itself. Default `server_vad`. */
  turn_detection: turnDetection.nullable().exactOptional(),
});

/** How the model's audio is made. */
export const audioOutput = z.object({
  /** The format of the model's audio. Default PCM. */
  format: audioFormat.exactOptional(),
  /** How fast the model speaks; 1 is normal. It changes only between turns. */
  speed: z.number().min(0.25).max(1.5).exactOptional(),
  /** It can't change any more once the session has sent audio. */
  voice: voice.exactOptional(),
});

/** What servers say of any session beyond its settings. */
const identity = {
  id: z.string().exactOptional(),
  /** When the session ends because of its age. It is 0 in a client secret, since the session has not started yet. */
  expires_at: unixSeconds.exactOptional(),
};

/** What a session that was shown says of itself: taken when it is sent back, and without effect, but for what it asks of resuming. */
export const shownOfSession = {
  ...identity,
  object: z.string().exactOptional(),
  /** `enabled: true` asks for a handle with which the session can be resumed. */
  resumption: askedResumption.exactOptional(),
};

const realtimeFields = {
  type: z.literal('realtime'),
  /**
   * The model that answers. It can't change once the session has started. Any string is allowed, since servers have models
   * of their own.
   */
  model: name.exactOptional(),
  /** What the model is told before the conversation. The server has a default, which `session.created` shows. */
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
  /** Default `auto`. Null means `disabled`, and servers show it as that. */
  truncation: truncation.nullable().exactOptional(),
  prompt: prompt.nullable().exactOptional(),
  /** Servers send null if nothing is included, though the official types forbid it. */
  include: include.nullable().exactOptional(),
};

/** The settings of a session in which a model answers, as a client sends them: only what is present changes. */
export const realtimeSession = z.object({ ...realtimeFields, ...shownOfSession });

/** The settings of input audio as servers show them: once transcription is on, its absent settings are null (behaviour §1.2). */
export const effectiveAudioInput = audioInput.extend({
  transcription: inputTranscription
    .extend({ language: z.string().nullable().exactOptional(), prompt: z.string().nullable().exactOptional() })
    .nullable()
    .exactOptional(),
});

/**
 * A session in which a model answers, as a server shows it, with every setting in effect. The official sources give it two
 * shapes and this allows both, so that any field except `type` may be missing.
 */
export const effectiveRealtimeSession = z.object({
  ...realtimeFields,
  ...identity,
  object: z.literal('realtime.session').exactOptional(),
  /** How the session can be resumed. It is there only if the client asked for it. */
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
