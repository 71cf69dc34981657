import * as z from 'zod';

/** The body of every request that fails. */
export const errorBody = z
  .object({
    error: z.object({
      message: z.string().describe('For people.'),
      type: z.string().describe('The family: `invalid_request_error` or `server_error`.'),
      param: z.string().nullable().describe('The field at fault as a dotted path, such as `session.model`.'),
      code: z.string().nullable().describe('For programs; null where the type says it all.'),
    }),
  })
  .describe('What every request that fails is answered with.');

const model = z
  .object({
    id: z.string().describe('The name that sessions ask for.'),
    object: z.literal('model'),
    created: z.int().describe('Unix time in seconds: when the server started.'),
    owned_by: z.literal('antiphon'),
  })
  .describe('A model of this server.');

export const modelList = z
  .object({ object: z.literal('list'), data: z.array(model) })
  .describe('The configured models. A server that answers to every name lists only those that it was given.');

export const liveness = z.object({ status: z.literal('ok') }).describe('The process answers.');

export const readiness = z
  .object({ status: z.enum(['ready', 'draining']).describe('`draining`: running sessions end, new ones are refused.') })
  .describe('Whether the server takes new sessions.');

/** What these are called where they are published. */
export const bodyNames: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [errorBody, 'ErrorBody'],
  [model, 'Model'],
  [modelList, 'ModelList'],
  [liveness, 'Liveness'],
  [readiness, 'Readiness'],
]);
