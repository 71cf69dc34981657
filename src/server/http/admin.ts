import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { httpErrors, httpStatuses } from '../admission/http-errors.ts';
import type { ListedSession, SessionDirectory } from '../operators/directory.ts';
import { shownEvent } from '../operators/shown-event.ts';
import { allowOnly } from './methods.ts';

const list = '/admin/sessions';
const one = '/admin/sessions/:id';
const events = '/admin/sessions/:id/events';

/** Events that may wait for an operator who reads slowly; then the stream ends. */
const mostWaiting = 1000;

export interface AdminHouse {
  readonly directory: Pick<SessionDirectory, 'rows' | 'find'>;
}

/** `/admin/sessions`: the sessions that are open, what passes in one, and the end of it. `requireAdmin` keeps others out. */
export function adminRoutes({ directory }: AdminHouse, requireAdmin: MiddlewareHandler): Hono {
  const app = new Hono();
  app.use('/admin/*', requireAdmin);
  app.get(list, (context) => context.json({ data: directory.rows() }));
  app.get(one, (context) => {
    const id = context.req.param('id');
    const row = directory.rows().find((each) => each.id === id);
    return row === undefined ? unknown(context, id) : context.json(row);
  });
  app.delete(one, (context) => {
    const id = context.req.param('id');
    const session = directory.find(id);
    if (session === null) return unknown(context, id);
    session.end();
    return context.body(null, 204);
  });
  app.get(events, (context) => {
    const id = context.req.param('id');
    const session = directory.find(id);
    return session === null ? unknown(context, id) : stream(session);
  });
  allowOnly(app, list, ['GET']);
  allowOnly(app, one, ['GET', 'DELETE']);
  allowOnly(app, events, ['GET']);
  return app;
}

function unknown(context: Context, id: string): Response {
  return context.json({ error: httpErrors.unknownSession(id) }, httpStatuses.unknownSession);
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
