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

/** Turns by loudness: speech is what is above a threshold, and a turn ends after enough silence. */
export const serverVad = z.object({
  type: z.literal('server_vad'),
  /** How loud speech must be, 0 to 1; higher asks for louder speech. Default 0.5. */
  threshold: z.number().min(0).max(1).register(supportedValues, { supported: 'numbers from 0 to 1' }).exactOptional(),
  /** Audio from before the detected start that still belongs to the turn. Default 300. Not negative: no source says so. */
  prefix_padding_ms: milliseconds.exactOptional(),
  /** Silence that ends a turn. Behaviour §0 D1 chooses the default. Not negative: no source says so. */
  silence_duration_ms: milliseconds.exactOptional(),
  /** Silence after the end of the last response's playback that makes the model speak again; null: never. */
  idle_timeout_ms: z.int().min(5000).max(30_000).nullable().exactOptional(),
  ...onSpeech,
});

/** Turns by meaning: a turn ends when what was said sounds finished, or after the longest wait. */
export const semanticVad = z.object({
  type: z.literal('semantic_vad'),
  /** Longest wait for more speech: low 8 s, medium 4 s, high 2 s. Default `auto`, which is `medium`. */
  eagerness: z.enum(['low', 'medium', 'high', 'auto']).exactOptional(),
  ...onSpeech,
});

/** How the server finds the user's turns. Where a session has null instead, the client commits turns itself. */
export const turnDetection = z.discriminatedUnion('type', [serverVad, semanticVad]);
