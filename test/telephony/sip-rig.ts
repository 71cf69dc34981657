import OpenAI from 'openai';
import type { ListenOptions } from '../../src/server/index.ts';
import type { SipOptions } from '../../src/server/telephony/sip/options.ts';
import type { SipAddressToListen } from '../../src/telephony/sip/phone.ts';
import { until } from '../clients/until.ts';
import { serve, type TestServer } from '../e2e/test-server.ts';
import { type App, type Delivery, openApp, secret } from './sip-app.ts';
import { closeLater, openSound } from './sip-dial.ts';
import { type Lines, offer, type RtpPhone, SipPhone } from './sip-phone.ts';

export const apiKey = 'sk-test';
export const session = { type: 'realtime', model: 'echo' } as const;

function addressIn(url: string): SipAddressToListen {
  const [, transport = '', port] = /^(udp|tcp|tls):\/\/127\.0\.0\.1:(\d+)$/.exec(url) ?? [];
  if (transport !== 'udp' && transport !== 'tcp' && transport !== 'tls') throw new Error(`no address: ${url}`);
  return { transport, host: '127.0.0.1', port: Number(port) };
}

/** A telephone that can call the server. */
export async function telephone(url: string): Promise<SipPhone> {
  return closeLater(await SipPhone.open(addressIn(url)));
}

/** The official SDK, at this server. */
export function sdk(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, webhookSecret: secret, maxRetries: 0 });
}

export interface Dialled {
  readonly phone: SipPhone;
  readonly rtp: RtpPhone;
}

interface Rung extends Dialled, Delivery {}

interface Rig {
  readonly app: App;
  readonly server: TestServer;
  readonly openai: OpenAI;
  /** A telephone calls. */
  dial(lines?: Lines, formats?: string): Promise<Dialled>;
  /** The same, and the app has heard of it. */
  ring(lines?: Lines): Promise<Rung>;
}

export async function rig(
  sip: Partial<SipOptions> = {},
  options: Partial<ListenOptions> = {},
  told?: App,
): Promise<Rig> {
  const app = told ?? (await openApp());
  const server = await serve({
    auth: { keys: [apiKey] },
    telephony: { sip: { listen: ['udp://127.0.0.1:0'], webhook: { url: app.url, secret }, ...sip } },
    ...options,
  });
  const dial = async (lines: Lines = {}, formats = '0 8 101'): Promise<Dialled> => {
    const [phone, rtp] = [await telephone(server.sip[0] ?? ''), await openSound()];
    phone.invite(offer(rtp.port, { formats }), lines);
    return { phone, rtp };
  };
  return {
    app,
    server,
    openai: sdk(server.url),
    dial,
    async ring(lines) {
      const dialled = await dial(lines);
      const { id } = dialled.phone;
      const delivery = await until('the webhook', () => app.told.find(({ body }) => body.includes(`"${id}"`)));
      return { ...dialled, ...delivery };
    },
  };
}
