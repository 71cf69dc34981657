import { type Context, Hono } from 'hono';
import { type ConsoleFile, type ConsoleFiles, consoleFiles } from './console-files.ts';
import { allowOnly } from './methods.ts';

/** Where the parts of the console are. */
const partPath = '/console/:name';

/** No script but our own files, nothing from elsewhere, and the page may not be framed. */
function policyFor(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self' blob:",
    // Not every browser takes the WebSockets of the page's own address for its own.
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** `/`: the web console, where it has been built; its parts have a path of their own. */
export function consoleRoutes(): Hono {
  const app = new Hono();
  const files = consoleFiles();
  if (files === null) return app;
  app.get('/', (context) =>
    sent(context, files.page, {
      'Content-Security-Policy': policyFor(new URL(context.req.url).host),
      'Permissions-Policy': 'microphone=(self), camera=(), geolocation=()',
      'Cache-Control': 'no-cache',
    }),
  );
  app.get(partPath, async (context, next) => {
    const part = partOf(files, context.req.param('name'));
    return part === undefined
      ? next()
      : sent(context, part, { 'Cache-Control': 'public, max-age=31536000, immutable' });
  });
  allowOnly(app, '/', ['GET']);
  return app;
}

function partOf({ parts }: ConsoleFiles, name: string): ConsoleFile | undefined {
  return parts.get(name);
}

function sent(context: Context, { type, body, gzipped }: ConsoleFile, headers: Record<string, string>): Response {
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(context.req.header('accept-encoding') ?? '');
  return context.body(takesGzip ? gzipped : body, 200, {
    'Content-Type': type,
    ...(takesGzip ? { 'Content-Encoding': 'gzip' } : {}),
    Vary: 'Accept-Encoding',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ...headers,
  });
}
