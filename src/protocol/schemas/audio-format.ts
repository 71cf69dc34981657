import * as z from 'zod';

/** 16-bit little-endian mono samples, 24 000 of them per second. */
export const pcmFormat = z.object({
  type: z.literal('audio/pcm').exactOptional(),
  /** Samples per second. The API has only one rate. Default 24000. */
  rate: z.literal(24000).exactOptional(),
});

/** G.711 µ-law: one byte per sample, 8 000 samples per second. */
export const pcmuFormat = z.object({ type: z.literal('audio/pcmu').exactOptional() });

/** G.711 A-law: one byte per sample, 8 000 samples per second. */
export const pcmaFormat = z.object({ type: z.literal('audio/pcma').exactOptional() });

/** How audio is encoded as bytes. An object without `type` is PCM (the official types allow it). */
export const audioFormat = z.union([pcmFormat, pcmuFormat, pcmaFormat]);
