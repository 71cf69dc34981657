import * as z from 'zod';

/**
 * Schemas whose bounds are reported as `invalid_value` instead of by the bound's own code, each with the words that name
 * what is supported. A registry of ours, so that the words stay out of the published JSON Schema.
 */
export const supportedValues = z.registry<{ readonly supported: string }>();
