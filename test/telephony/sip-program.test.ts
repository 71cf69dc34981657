import { describe, expect, it } from 'vitest';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { programsOfTest } from '../e2e/programs.ts';
import { openApp, secret } from './sip-app.ts';
import { openSound } from './sip-dial.ts';
import { offer } from './sip-phone.ts';
import { telephone } from './sip-rig.ts';

describe('the program, as telephones by SIP see it', () => {
  const { run } = programsOfTest();
  const config = (sip: string): string => `port: 0
models: { phone: { speech_to_speech: echo } }
telephony: { sip: { listen: ["udp://127.0.0.1:0"], ${sip} } }
`;
  /** Where each process that hears telephones does so. */
  const heardAt = (stderr: string): string[] => [...stderr.matchAll(/"at":"(udp:[^"]+)"/g)].map(([, url]) => url ?? '');

  it('answers by a model, and says goodbye when it is told to stop', async () => {
    const folder = folderWith({ 'antiphon.yaml': config('answer: { model: phone, greeting: Say hello. }') });
    const program = run(['serve'], { folder });
    await program.url();
    const [url] = await until('its address', () => {
      const urls = heardAt(program.stderr());
      return urls.length > 0 && urls;
    });
    const [phone, rtp] = [await telephone(url ?? ''), await openSound()];
    phone.invite(offer(rtp.port));
    expect((await phone.final('INVITE')).status).toBe(200);
    phone.ack();
    await until('the greeting', () => rtp.received.length > 10);
    program.kill('SIGTERM');
    phone.answer(await phone.request('BYE'), 200);
    expect(await program.exited()).toBe(0);
  });

  it('hears telephones by one of its workers, and each of them passes on what is said of calls', async () => {
    const app = await openApp();
    const folder = folderWith({
      'antiphon.yaml': config(`webhook: { url: "${app.url}", secret: "\${SECRET}" }`),
    });
    const program = run(['serve', '--workers', '2'], { folder, environment: { SECRET: secret } });
    const server = await program.url();
    const urls = await until('its address', () => {
      const all = heardAt(program.stderr());
      return all.length > 0 && all;
    });
    for (let nth = 1; nth <= 4; nth++) {
      const phone = await telephone(urls[0] ?? '');
      phone.invite(offer((await openSound()).port));
      const { callId } = await app.delivery(nth);
      // Each connection goes to another worker.
      const accepted = await fetch(`${server}/v1/realtime/calls/${callId}/accept`, {
        method: 'POST',
        headers: { connection: 'close' },
        body: JSON.stringify({ type: 'realtime', model: 'phone' }),
      });
      expect(accepted.status).toBe(200);
      expect((await phone.final('INVITE')).status).toBe(200);
      phone.ack();
    }
    expect(heardAt(program.stderr())).toHaveLength(1);
    expect(program.stderr()).not.toContain(secret);
    program.kill('SIGTERM');
    expect(await program.exited()).toBe(0);
  });
});
