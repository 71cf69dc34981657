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

const sessionRow = z
  .object({
    id: z.string(),
    call_id: z.string().nullable().describe('Of a call; null for a socket.'),
    kind: z.enum(['realtime', 'transcription', 'translation']),
    model: z.string().nullable().describe('As it was asked for; null where none was named.'),
    transport: z.string().describe('How its peer reaches it, such as `websocket`.'),
    node: z.string().nullable().describe('The node that holds it; null where there is but one.'),
    key: z.string().nullable().describe('The name of its key, never the key; null where it has none.'),
    started_at: z.int().describe('Unix time in seconds.'),
    age_s: z.int().describe('Seconds since then.'),
    turns: z.int().describe('Responses that have ended, or utterances that were translated.'),
    errors: z.int().describe('`error` events that the client was sent.'),
    bytes_in: z.int().describe('Of frames from the client.'),
    bytes_out: z.int().describe('Of frames to the client.'),
    cost_usd: z.number().nullable().describe('What it has cost; null where something of it has no price.'),
  })
  .describe('A session that is open.');

export const sessionList = z.object({ data: z.array(sessionRow) }).describe('The sessions that are open.');

/** What these are called where they are published. */
export const bodyNames: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [errorBody, 'ErrorBody'],
  [model, 'Model'],
  [modelList, 'ModelList'],
  [liveness, 'Liveness'],
  [readiness, 'Readiness'],
  [sessionRow, 'SessionRow'],
  [sessionList, 'SessionList'],
]);
