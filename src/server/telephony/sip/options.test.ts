import { describe, expect, it } from 'vitest';
import { echoModel } from '../../../engines/echo.ts';
import { type ListenOptions, settle } from '../../options.ts';
import type { SipOptions } from './options.ts';

const models = { echo: echoModel({ voice: null }), far: { relay: { upstreams: [{ url: 'wss://a.example' }] } } };
const answer = { model: 'echo' };
const good: SipOptions = { listen: ['udp://127.0.0.1:5060'], answer };

function settled(sip: Partial<SipOptions>, options: Partial<ListenOptions> = {}): ReturnType<typeof settle> {
  return settle({ models, telephony: { sip: { ...good, ...sip } }, ...options });
}

const tls = { cert: 'c', key: 'k' };
const { answer: _answer, ...unanswered } = good;

describe('the options of SIP', () => {
  it.each<[string, Partial<SipOptions>]>([
    ['telephony.sip.listen is empty: say where, such as udp://0.0.0.0:5060.', { listen: [] }],
    ['telephony.sip.listen has "sip:5060"', { listen: ['sip:5060'] }],
    ['telephony.sip.listen has "udp://127.0.0.1:70000"', { listen: ['udp://127.0.0.1:70000'] }],
    ['telephony.sip.listen has a tls:// address: give tls.cert and tls.key', { listen: ['tls://127.0.0.1:5061'] }],
    ['telephony.sip.peers has "10.0.0.0/40"', { peers: ['10.0.0.0/40'] }],
    ['telephony.sip.peers has "300.1.1.1"', { peers: ['300.1.1.1'] }],
    ['telephony.sip.peers names sip.example, and only a peer over TLS can prove its name', { peers: ['sip.example'] }],
    [
      'telephony.sip.webhook and telephony.sip.answer exclude each other',
      { webhook: { url: 'https://a.example', secret: 'whsec_YQ==' } },
    ],
    ['telephony.sip.answer.model is "far", which an upstream answers', { answer: { model: 'far' } }],
    ['telephony.sip.answer tells the model who calls', { answer: { model: 'echo', greeting: 'Greet {caller}.' } }],
    ['telephony.sip.answer_s must be a number from 1 to 180.', { answerSeconds: 0 }],
    ['telephony.sip.public_ip is "voice.example"', { publicIp: 'voice.example' }],
    ['telephony.sip.rtp_ports must be two ports such as 20000-20999', { rtpPorts: '20999-20000' }],
    ['telephony.sip.rtp_ports must be two ports such as 20000-20999', { rtpPorts: '20000' }],
    ['telephony.sip.refer_allow has "+49*"', { referAllow: ['+49*'] }],
    ['telephony.sip.key is "acme", and no API key has that name.', { key: 'acme' }],
  ])('%s', (message, options) => {
    const text = (): string => {
      try {
        settled(options);
        return 'nothing is wrong';
      } catch (cause) {
        return cause instanceof Error ? cause.message : String(cause);
      }
    };
    expect(text()).toContain(message);
    expect(text()).not.toContain('\n');
  });

  it.each([
    ['telephony.sip needs "webhook", for an app that answers, or "answer" with a model.', unanswered],
    ['telephony.sip.webhook.url must be', { ...unanswered, webhook: { url: 'app.example', secret: 'whsec_YQ==' } }],
    [
      'telephony.sip.webhook.secret must be',
      { ...unanswered, webhook: { url: 'https://a.example', secret: 'whsec_?' } },
    ],
    [
      'telephony.sip.webhook.secret must be',
      { ...unanswered, webhook: { url: 'https://a.example', secret: 'whsec_' } },
    ],
  ])('%s', (message, sip) => {
    expect(() => settle({ models, telephony: { sip } })).toThrow(message);
  });

  it('have their defaults, and read what is written', () => {
    const { sip } = settled({}).telephony;
    expect(sip).toMatchObject({ answerMs: 30_000, publicIp: null, rtpPorts: null, referAllow: [], app: null });
    const full = settled(
      {
        listen: ['udp://0.0.0.0', 'TCP://[::1]:7000', 'tls://voice.example'],
        peers: ['sip.example'],
        rtpPorts: '20000-20999',
      },
      { tls, auth: { keys: ['k'] } },
    ).telephony.sip;
    expect(full?.listen).toEqual([
      { transport: 'udp', host: '0.0.0.0', port: 5060 },
      { transport: 'tcp', host: '::1', port: 7000 },
      { transport: 'tls', host: 'voice.example', port: 5061 },
    ]);
    expect(full?.rtpPorts).toEqual({ from: 20_000, to: 20_999 });
  });

  it('sign by what whsec_ is followed by, or by a secret as it is', () => {
    const keyOf = (secret: string): string => {
      const { sip } = settle({
        models,
        telephony: { sip: { ...unanswered, webhook: { url: 'https://a.example', secret } } },
      }).telephony;
      return Buffer.from(sip?.app?.signingKey ?? []).toString();
    };
    expect(keyOf(`whsec_${Buffer.from('abc').toString('base64')}`)).toBe('abc');
    expect(keyOf('plain')).toBe('plain');
  });
});
