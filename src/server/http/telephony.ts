import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { httpErrors, httpStatuses } from '../admission/http-errors.ts';
import { retryAfter } from '../admission/over-limit.ts';
import type { PhoneLine, TelephonySettings } from '../telephony/options.ts';
import type { Webhook } from '../telephony/streams/ring.ts';
import type { Rung } from '../telephony/streams/rung.ts';
import type { AppEnv } from './app-env.ts';
import { allowOnly } from './methods.ts';
import { targetOf } from './pass-on.ts';

/** The largest webhook that is read. */
const maxBodyBytes = 65_536;

export interface TelephonyHouse {
  readonly telephony: TelephonySettings;
  readonly ring: (line: PhoneLine, webhook: Webhook) => Promise<Rung>;
  readonly now: () => number;
}

/** `POST /telephony/…/voice`, for each carrier that is configured: whom the carrier has signed for is answered, nobody else. */
export function telephonyRoutes(house: TelephonyHouse): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: (context) => context.json({ error: httpErrors.bodyTooLarge(maxBodyBytes) }, httpStatuses.bodyTooLarge),
  });
  for (const [name, line] of house.telephony.lines) {
    const path = `/telephony/${name}/voice`;
    app.post(path, limit, (context) => answer(context, house, line));
    allowOnly(app, path, ['POST']);
  }
  app.all('/telephony/*', (context) =>
    context.json({ error: httpErrors.unknownUrl(context.req.method, context.req.path) }, httpStatuses.unknownUrl),
  );
  return app;
}

async function answer(context: Context<AppEnv>, house: TelephonyHouse, line: PhoneLine): Promise<Response> {
  const body = await context.req.text();
  const header = (name: string): string | undefined => context.req.header(name);
  const target = targetOf(context.req.url);
  const url = `${house.telephony.publicUrl}${target}`;
  if (!line.isSigned({ url, body, header, nowMs: house.now() })) {
    return context.json({ error: httpErrors.badSignature() }, httpStatuses.badSignature);
  }
  const query = new URL(context.req.url).searchParams;
  const rung = await house.ring(line, { form: new URLSearchParams(body), query, header, address: context.env.address });
  if (rung.ok) return context.body(rung.markup, 200, { 'Content-Type': 'text/xml; charset=utf-8' });
  const { status, error, retrySeconds } = rung;
  return context.json({ error }, status as ContentfulStatusCode, retryAfter(retrySeconds));
}
