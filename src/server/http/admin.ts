import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { isJsonObject } from '../../protocol/json.ts';
import { httpErrors, httpStatuses } from '../admission/http-errors.ts';
import type { ListedSession, SessionDirectory, SessionRow } from '../operators/directory.ts';
import { shownEvent } from '../operators/shown-event.ts';
import type { AppEnv } from './app-env.ts';
import { allowOnly } from './methods.ts';
import { askOthers, type PassingHouse, passOn } from './pass-on.ts';

const list = '/admin/sessions';
const one = '/admin/sessions/:id';
const events = '/admin/sessions/:id/events';

/** Events that may wait for an operator who reads slowly; then the stream ends. */
const mostWaiting = 1000;

export interface AdminHouse extends PassingHouse {
  readonly directory: Pick<SessionDirectory, 'rows' | 'find'>;
}

/**
 * `/admin/sessions`: the sessions that are open on all nodes, what passes in one, and the end of it. `requireAdmin` keeps
 * others out.
 */
export function adminRoutes(house: AdminHouse, requireAdmin: MiddlewareHandler<AppEnv>): Hono<AppEnv> {
  const { directory } = house;
  const app = new Hono<AppEnv>();
  app.use('/admin/*', requireAdmin);
  app.get(list, async (context) => {
    const others = await askOthers(context, house, rowsIn);
    return context.json({ data: [...directory.rows(), ...others.flat()].toSorted(byAge) });
  });
  app.get(one, async (context) => {
    const id = context.req.param('id');
    const row = directory.rows().find((each) => each.id === id);
    return row === undefined ? elsewhere(context, house, id) : context.json(row);
  });
  app.delete(one, async (context) => {
    const id = context.req.param('id');
    const session = directory.find(id);
    if (session === null) return elsewhere(context, house, id);
    session.end();
    return context.body(null, 204);
  });
  app.get(events, async (context) => {
    const id = context.req.param('id');
    const session = directory.find(id);
    return session === null ? elsewhere(context, house, id) : stream(session);
  });
  allowOnly(app, list, ['GET']);
  allowOnly(app, one, ['GET', 'DELETE']);
  allowOnly(app, events, ['GET']);
  return app;
}

async function elsewhere(context: Context<AppEnv>, house: AdminHouse, id: string): Promise<Response> {
  const answer = await passOn(context, house, id);
  return answer ?? context.json({ error: httpErrors.unknownSession(id) }, httpStatuses.unknownSession);
}

/** The rows that another node lists; it is of the same make, if not of the same version. */
async function rowsIn(answer: Response): Promise<readonly SessionRow[]> {
  const body: unknown = await answer.json();
  if (!answer.ok || !isJsonObject(body) || !Array.isArray(body['data']))
    throw new Error(`it answered ${answer.status}`);
  return body['data'] as readonly SessionRow[];
}

function byAge(a: SessionRow, b: SessionRow): number {
  return a.started_at - b.started_at;
}

/** What passes in the session from now on, as server-sent events, until it ends or the reader falls behind. */
function stream(session: ListedSession): Response {
  const encoder = new TextEncoder();
  let leave = (): void => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(':\n\n')); // so that the headers leave at once
        leave = session.follow(
          (t, direction, text) => {
            const event = shownEvent(text);
            if (event === null) return;
            controller.enqueue(encoder.encode(`data: ${JSON.stringify({ t, [direction]: event })}\n\n`));
            if ((controller.desiredSize ?? 0) > 0) return;
            leave();
            controller.close();
          },
          () => controller.close(),
        );
      },
      cancel: () => leave(),
    },
    new CountQueuingStrategy({ highWaterMark: mostWaiting }),
  );
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' } });
}
