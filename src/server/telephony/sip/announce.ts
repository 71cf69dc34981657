import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingCallWebhook, SipHeader } from '../../../protocol/types.ts';
import type { Clock } from '../../clock.ts';
import type { SessionLog } from '../../log.ts';
import type { App } from './options.ts';

/** How long an app may take to answer, in milliseconds. */
const patienceMs = 5_000;
/** How long after each try that failed it goes on, in milliseconds: after the last the app still has time to accept. */
const pausesMs = [1_000, 2_000, 4_000];

/** A call that an app is told of. */
export interface Announced {
  readonly callId: string;
  readonly headers: readonly SipHeader[];
  readonly isEncrypted: boolean;
}

export interface AnnounceOptions {
  readonly app: App;
  readonly clock: Clock;
  readonly log: SessionLog;
  /** Nobody has to be told any more: the call is accepted, or over. */
  readonly settled: AbortSignal;
}

/** The headers of a request that say who it is: nobody but us needs them. */
const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization']);

/** Tells an app of a call, three times if need be. Whether it has heard, or need not. Never rejects. */
export async function announce(options: AnnounceOptions, call: Announced): Promise<boolean> {
  const { clock, log, settled } = options;
  const body = JSON.stringify(eventOf(call, clock.now()));
  const id = `wh_${randomBytes(16).toString('hex')}`;
  const hasHeard = async ([pauseMs, ...later]: readonly number[]): Promise<boolean> => {
    if (settled.aborted) return true;
    if (pauseMs === undefined) return false;
    const failure = await tell(options, id, body);
    if (failure === null) return true;
    if (!settled.aborted) log.warn('the app was not told of a call', failure);
    await paused(clock, pauseMs, settled);
    return hasHeard(later);
  };
  return hasHeard(pausesMs);
}

function eventOf({ callId, headers, isEncrypted }: Announced, nowMs: number): IncomingCallWebhook {
  return {
    id: `evt_${randomBytes(16).toString('hex')}`,
    object: 'event',
    created_at: Math.floor(nowMs / 1000),
    type: 'realtime.call.incoming',
    data: {
      call_id: callId,
      sip_headers: headers
        .filter(({ name }) => !secretHeaders.has(name.toLowerCase()))
        .map(({ name, value }) => ({ name, value: asWritten(value) })),
      sip_media_security: isEncrypted ? 'srtp' : 'rtp',
    },
  };
}

/** What is UTF-8 in a message comes as its bytes. */
function asWritten(value: string): string {
  const text = Buffer.from(value, 'latin1').toString();
  return text.includes('\ufffd') ? value : text;
}

/** Why a try has failed; null where it has not. An app that sends us elsewhere has not heard: the signature is for its address. */
async function tell({ app, clock }: AnnounceOptions, id: string, body: string): Promise<Failure | null> {
  const patience = new AbortController();
  const callOff = clock.after(patienceMs, () => patience.abort());
  try {
    const answer = await fetch(app.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed(app, { id, body, atMs: clock.now() }) },
      body,
      redirect: 'manual',
      signal: patience.signal,
    });
    await answer.body?.cancel();
    return answer.ok ? null : { status: answer.status };
  } catch (cause) {
    return patience.signal.aborted ? { why: 'it did not answer in time' } : { err: cause };
  } finally {
    callOff();
  }
}

type Failure = Readonly<Record<string, unknown>>;

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function signed(
  { signingKey }: App,
  { id, body, atMs }: { readonly id: string; readonly body: string; readonly atMs: number },
): Record<string, string> {
  const timestamp = `${Math.floor(atMs / 1000)}`;
  const signature = createHmac('sha256', signingKey).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

function paused(clock: Clock, ms: number, settled: AbortSignal): Promise<void> {
  if (settled.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const callOff = clock.after(ms, resolve);
    settled.addEventListener('abort', () => {
      callOff();
      resolve();
    });
  });
}
