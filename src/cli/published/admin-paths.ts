import { httpErrors } from '../../server/admission/http-errors.ts';
import { answer, failure, type Part, securedBy } from './parts.ts';

const withAdminKey = securedBy('bearer');
const unauthorized = { $ref: '#/components/responses/Unauthorized' };
const notWelcome = { $ref: '#/components/responses/NotWelcome' };
const tooManyWrongKeys = { $ref: '#/components/responses/TooManyWrongKeys' };
const unknown = failure('No such session is open.', { session_not_found: httpErrors.unknownSession('sess_1') });

const row = {
  id: 'sess_lGpu3aUOzWnPFvAfFIbGW',
  call_id: null,
  kind: 'realtime',
  model: 'echo',
  transport: 'websocket',
  node: null,
  key: 'acme',
  started_at: 1_790_000_000,
  age_s: 12,
  turns: 2,
  errors: 0,
  bytes_in: 96_400,
  bytes_out: 210_000,
  cost_usd: null,
};

const sessionId = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'The id of a session.',
  schema: { type: 'string' },
};

interface Asking {
  readonly operationId: string;
  readonly summary: string;
  readonly good: Part;
  readonly isOfOne: boolean;
}

function asking({ operationId, summary, good, isOfOne }: Asking): Part {
  return {
    operationId,
    tags: ['operators'],
    summary,
    ...(isOfOne ? { parameters: [sessionId] } : {}),
    security: withAdminKey,
    responses: {
      ...good,
      '401': unauthorized,
      '403': notWelcome,
      ...(isOfOne ? { '404': unknown } : {}),
      '429': tooManyWrongKeys,
    },
  };
}

/** What operators ask: needs one of `auth.admin_keys`, or a server without any keys. */
export const adminPaths: Readonly<Record<string, Part>> = {
  '/admin/sessions': {
    get: asking({
      operationId: 'listSessions',
      summary: 'Lists the sessions that are open.',
      good: { '200': answer('The list, the oldest first.', 'SessionList', { data: [row] }) },
      isOfOne: false,
    }),
  },
  '/admin/sessions/{id}': {
    get: asking({
      operationId: 'showSession',
      summary: 'Tells of one session that is open.',
      good: { '200': answer('The session.', 'SessionRow', row) },
      isOfOne: true,
    }),
    delete: asking({
      operationId: 'endSession',
      summary: 'Ends a session: its socket closes with 1000 and the reason `ended by the operator`.',
      good: { '204': { description: 'It is being closed.' } },
      isOfOne: true,
    }),
  },
  '/admin/sessions/{id}/events': {
    get: asking({
      operationId: 'followSession',
      summary: 'Streams the events of a session as they pass, without sound, until it ends.',
      good: {
        '200': {
          description:
            'Server-sent events. Each `data:` is `{"t", "<": EVENT}` for one that the client is sent, or `{"t", ">": EVENT}` for one that it sends; `t` is in milliseconds since the session began.',
          content: { 'text/event-stream': { schema: { type: 'string' } } },
        },
      },
      isOfOne: true,
    }),
  },
};
