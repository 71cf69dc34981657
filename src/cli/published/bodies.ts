import * as z from 'zod';

/** The body of every request that fails. */
export const errorBody = z
  .object({
    error: z.object({
      message: z.string().describe('An explanation for people to read.'),
      type: z.string().describe('The kind of error: `invalid_request_error` or `server_error`.'),
      param: z.string().nullable().describe('The field at fault as a dotted path, such as `session.model`.'),
      code: z.string().nullable().describe('The code of the error, for programs; null if `type` says enough.'),
    }),
  })
  .describe('The answer to every request that fails.');

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
  .object({
    status: z.enum(['ready', 'draining']).describe('`draining`: open sessions end, and new ones are refused.'),
  })
  .describe('Whether the server takes new sessions.');

const sessionRow = z
  .object({
    id: z.string(),
    call_id: z.string().nullable().describe('The id of the call; null on a WebSocket.'),
    kind: z.enum(['realtime', 'transcription', 'translation']),
    model: z.string().nullable().describe('The model that the client asked for; null if it named none.'),
    transport: z.string().describe('How the client is connected, such as `websocket`.'),
    node: z.string().nullable().describe('The node that has the session; null if there is only one.'),
    key: z.string().nullable().describe('The name of its key, never the key itself; null if it has none.'),
    started_at: z.int().describe('Unix time in seconds.'),
    age_s: z.int().describe('Seconds since the session started.'),
    turns: z.int().describe('Responses that have ended, or utterances that were translated.'),
    errors: z.int().describe('`error` events that were sent to the client.'),
    bytes_in: z.int().describe('Bytes of frames from the client.'),
    bytes_out: z.int().describe('Bytes of frames to the client.'),
    cost_usd: z.number().nullable().describe('What it has cost, in US dollars; null if a part of it has no price.'),
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
