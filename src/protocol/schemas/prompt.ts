import * as z from 'zod';
import { address, file, mostPairs, name, note } from './bounded.ts';

/** The place up to which a prompt may be cached. */
export const promptCacheBreakpoint = z.object({
  mode: z.literal('explicit'),
  /** How long the cache is kept. */
  ttl: z.enum(['30m', '12h']).exactOptional(),
});

const cached = { prompt_cache_breakpoint: promptCacheBreakpoint.exactOptional() };

/** Text that takes the place of a variable. */
export const promptText = z.object({ type: z.literal('input_text'), text: note, ...cached });

/** An image that takes the place of a variable: a URL, a data URI, or an uploaded file. */
export const promptImage = z.object({
  type: z.literal('input_image'),
  detail: z.enum(['low', 'high', 'auto', 'original']),
  file_id: name.nullable().exactOptional(),
  image_url: file.nullable().exactOptional(),
  ...cached,
});

/** A file that takes the place of a variable: its content in base64, a URL, or an uploaded file. */
export const promptFile = z.object({
  type: z.literal('input_file'),
  detail: z.enum(['auto', 'low', 'high']).exactOptional(),
  file_data: file.exactOptional(),
  file_id: name.nullable().exactOptional(),
  file_url: address.exactOptional(),
  filename: name.exactOptional(),
  ...cached,
});

/** What a variable of a prompt template stands for. */
export const promptVariable = z.union([note, z.discriminatedUnion('type', [promptText, promptImage, promptFile])]);

/** A prompt template that the account keeps. Fields that are set beside it win over those of the template. */
export const prompt = z.object({
  id: name,
  /** The version of the template; the newest if it is null or absent. */
  version: name.nullable().exactOptional(),
  /** What to put in place of each variable of the template, by name. */
  variables: z.record(name, promptVariable).meta({ maxProperties: mostPairs }).nullable().exactOptional(),
});
