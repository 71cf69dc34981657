import { WebSocket } from 'ws';
import { systemClock } from '../../src/server/index.ts';
import { orderIn, type Ring, type StreamOrder, usualCallSid, webhookOf } from '../../src/testing/carrier-webhook.ts';
import { FakePhone, type FakePhoneOptions } from '../../src/testing/fake-phone.ts';
import { until } from '../clients/until.ts';

/** Has the webhook of a call come in, signed as its carrier signs. */
export function ring(url: string, asked: Ring = {}): Promise<Response> {
  const { target, headers, body } = webhookOf(asked);
  return fetch(`${url}${target}`, { method: 'POST', headers, body });
}

/** A caller whose call was answered, on a socket, by the wall's clock. */
export interface Caller {
  readonly phone: FakePhone;
  readonly socket: WebSocket;
  /** How the socket closed, as soon as it has. */
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
}

const clock = systemClock();

/** Opens a stream; the phone has said nothing yet. */
export async function openStream(
  url: string,
  path: string,
  {
    headers = {},
    ...options
  }: Partial<FakePhoneOptions> & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Caller> {
  const socket = new WebSocket(new URL(path, url.replace('http', 'ws')), { headers });
  let end: { code: number; reason: string } | undefined;
  const send = (frame: string): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(frame);
  };
  const phone = new FakePhone({ carrier: 'twilio', clock, send, ...options });
  socket.on('message', (data) => phone.take(String(data)));
  socket.on('close', (code, reason) => {
    phone.leave();
    end = { code, reason: reason.toString() };
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return { phone, socket, closed: () => until('the stream to close', () => end) };
}

/** Calls: the webhook, the stream, and its beginning. */
export async function call(
  url: string,
  asked: Ring = {},
  options: Partial<FakePhoneOptions> = {},
): Promise<Caller & StreamOrder> {
  const order = await orderIn(await ring(url, asked));
  const { carrier = 'twilio', form = {} } = asked;
  const callSid = form['CallSid'] ?? usualCallSid;
  const caller = await openStream(url, order.path, { carrier, callSid, parameters: order.parameters, ...options });
  caller.phone.greet();
  caller.phone.start();
  return { ...caller, ...order };
}
