import * as z from 'zod';
import { milliseconds } from './quantity.ts';
import { supportedValues } from './supported-values.ts';

/** What happens when speech begins and ends, whichever vad heard it. No effect in transcription sessions. */
const onSpeech = {
  /** Start a response when the user's turn ends. Default true. */
  create_response: z.boolean().exactOptional(),
  /** Cancel the running response of the default conversation when the user starts to speak. Default true. */
  interrupt_response: z.boolean().exactOptional(),
};

/** Turn detection by silence: sound above a threshold is speech, and a turn ends after enough silence. */
export const serverVad = z.object({
  type: z.literal('server_vad'),
  /** How loud speech must be, from 0 to 1; a higher value asks for louder speech. Default 0.5. */
  threshold: z.number().min(0).max(1).register(supportedValues, { supported: 'numbers from 0 to 1' }).exactOptional(),
  /**
   * How much audio from before the detected start still belongs to the turn, in milliseconds. Default 300. It can't be
   * negative, which the official sources do not say.
   */
  prefix_padding_ms: milliseconds.exactOptional(),
  /**
   * How much silence ends a turn, in milliseconds. Behaviour §0 D1 chooses the default. It can't be negative, which the
   * official sources do not say.
   */
  silence_duration_ms: milliseconds.exactOptional(),
  /**
   * How long the user may be silent, in milliseconds, after the last response was played before the server starts one by
   * itself. If it is null, it never does.
   */
  idle_timeout_ms: z.int().min(5000).max(30_000).nullable().exactOptional(),
  ...onSpeech,
});

/** Turn detection by meaning: a turn ends when what was said sounds finished, or after the longest wait. */
export const semanticVad = z.object({
  type: z.literal('semantic_vad'),
  /** The longest wait for more speech: low 8 s, medium 4 s, high 2 s. Default `auto`, which is `medium`. */
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).exactOptional(),
  ...onSpeech,
});

/** How the server finds the user's turns. If a session has null instead, the client commits turns itself. */
export const turnDetection = z.discriminatedUnion('type', [serverVad, semanticVad]);
