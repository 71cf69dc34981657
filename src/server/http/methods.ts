import type { Env, Hono } from 'hono';
import { httpErrors, httpStatuses } from '../admission/http-errors.ts';

/** Answers every other method on this path with 405. Call it after the path's own handlers. */
export function allowOnly<E extends Env>(app: Hono<E>, path: string, methods: readonly string[]): void {
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  app.all(path, (context) =>
    context.json(
      { error: httpErrors.methodNotAllowed(context.req.method, context.req.path, methods) },
      httpStatuses.methodNotAllowed,
      {
        Allow: allow.join(', '),
      },
    ),
  );
}
