import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { streamSSE } from 'hono/streaming';
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
    return session === null ? unknown(context, id) : stream(context, session);
  });
  allowOnly(app, list, ['GET']);
  allowOnly(app, one, ['GET', 'DELETE']);
  allowOnly(app, events, ['GET']);
  return app;
}

function unknown(context: Context, id: string): Response {
  return context.json({ error: httpErrors.unknownSession(id) }, httpStatuses.unknownSession);
}

/** What passes in the session from now on, as server-sent events, until it or the reader ends. */
function stream(context: Context, session: ListedSession): Response {
  return streamSSE(context, async (sse) => {
    const waiting: string[] = [];
    let isOver = false;
    let wake: () => void = () => {};
    const leave = session.follow(
      (t, direction, text) => {
        const event = shownEvent(text);
        if (event === null) return;
        waiting.push(JSON.stringify({ t, [direction]: event }));
        if (waiting.length > mostWaiting) isOver = true;
        wake();
      },
      () => {
        isOver = true;
        wake();
      },
    );
    sse.onAbort(() => {
      leave();
      isOver = true;
      wake();
    });
    await sse.write(':\n\n'); // so that headers leave at once
    while (!sse.aborted && (waiting.length > 0 || !isOver)) {
      const data = waiting.shift();
      if (data !== undefined) await sse.writeSSE({ data });
      else await new Promise<void>((resolve) => void (wake = resolve));
    }
    leave();
  });
}
