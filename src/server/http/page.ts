import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import type { HttpHouse } from './house.ts';
import { allowOnly } from './methods.ts';
import { pageHtml, pageScript } from './page-html.ts';

const scriptHash = createHash('sha256').update(pageScript).digest('base64');

/** The page loads nothing from anywhere, and may not be framed. */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${scriptHash}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/`: a page that tells how to connect, with the address under which the visitor reached the server. */
export function pageRoutes(house: Pick<HttpHouse, 'models' | 'needsKey' | 'isDraining'>): Hono {
  const app = new Hono();
  const { names, takesAnyName } = house.models;
  app.get('/', (context) => {
    const httpUrl = visitorUrl(context.req.url, context.req.header('x-forwarded-proto'));
    const facts = {
      httpUrl,
      wsUrl: httpUrl.replace(/^http/, 'ws'),
      model: names[0] ?? 'echo',
      models: names,
      takesAnyName,
      needsKey: house.needsKey,
      isDraining: house.isDraining(),
    };
    return context.html(pageHtml(facts), 200, {
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    });
  });
  allowOnly(app, '/', ['GET']);
  return app;
}

/** A proxy that ends TLS says so; the host is the one that the visitor asked for. */
function visitorUrl(requestUrl: string, forwardedProtocol: string | undefined): string {
  const url = new URL(requestUrl);
  return forwardedProtocol === 'https' ? `https://${url.host}` : url.origin;
}
