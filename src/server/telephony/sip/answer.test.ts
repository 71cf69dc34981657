import { describe, expect, it } from 'vitest';
import type { Model } from '../../../engines/contract.ts';
import { CallServer } from '../../../testing/call-server.ts';
import { FakeSipCall, type FakeSipOptions } from '../../../testing/fake-sip.ts';
import { readScenario, scenarioModel } from '../../../testing/index.ts';
import { aMoment } from '../../../testing/phone-server.ts';
import type { ListenOptions } from '../../options.ts';
import type { SipOptions } from './options.ts';

/** A server that answers telephones, and what calls it: it resolves once whatever is done at once is done. */
function sipServer(sip: Partial<SipOptions>, options: Partial<ListenOptions> = {}) {
  const here = new CallServer({ telephony: { sip: { listen: ['udp://127.0.0.1:5060'], ...sip } }, ...options });
  return {
    here,
    async call(of: FakeSipOptions = {}): Promise<FakeSipCall> {
      const call = new FakeSipCall(of);
      here.invite(call);
      await aMoment();
      return call;
    },
  };
}

describe('a call by SIP without an app', () => {
  it('is answered by the model that is named', async () => {
    const { here, call } = sipServer({ answer: { model: 'echo' } });
    const phone = await call();
    expect(phone.told).toEqual(['180', '200']);
    expect(here.lasting.sessions.count).toBe(1);
    phone.leave();
    await aMoment();
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('greets, and its model may hang up and pass the caller on to where the operator allows it', async () => {
    const scenario = `
replies:
  - { when: { tool: transfer }, steps: [{ say: "It failed: {output}" }, { call: { name: hang_up, arguments: {} } }] }
  - steps: [{ say: "Moment." }, { call: { name: transfer, arguments: { target: "sip:desk@pbx.example" } } }]
`;
    const models = { phone: scenarioModel(readScenario(scenario, 'scenario')) };
    const answer = { model: 'phone', greeting: 'Greet {caller}, who has called {called}.', caller: true };
    const refers = { answer, referAllow: ['sip:*@pbx.example'] };
    const allowed = await sipServer(refers, { models }).call();
    await aMoment();
    expect(allowed.told).toEqual(['180', '200', 'REFER sip:desk@pbx.example', 'BYE']);
    const { here, call } = sipServer(refers, { models });
    const phone = await call({ refers: false });
    for (let moment = 0; moment < 10; moment++) await aMoment();
    expect(phone.told).toEqual(['180', '200', 'REFER sip:desk@pbx.example', 'BYE']);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('tells its model who calls whom, where the operator allows that', async () => {
    const asked: (string | null)[] = [];
    const phone: Model = {
      open: () => ({
        seed: 1,
        transcribesFirst: false,
        vad: () => ({ windowSamples: 160, probability: () => 0, reset() {} }),
        respond({ instructions }) {
          asked.push(instructions);
          return [];
        },
        transcribe: () => [],
        close() {},
      }),
    };
    const answer = { model: 'phone', greeting: 'Greet {caller}, who calls {called} ({call_id}).', caller: true };
    await sipServer({ answer }, { models: { phone } }).call();
    expect(asked).toEqual(['Greet +49301234, who calls bot (a84b4c76e66710).']);
  });

  it('that can’t be opened is refused, and leaves nothing', async () => {
    const broken: Model = {
      open() {
        throw new Error('the engine fails');
      },
    };
    const { here, call } = sipServer({ answer: { model: 'phone' } }, { models: { phone: broken } });
    const phone = await call();
    expect(phone.told).toEqual(['180', '480 Temporarily Unavailable']);
    let isEmpty = false;
    here.lasting.sessions.drain(1000, () => (isEmpty = true));
    await aMoment();
    expect(isEmpty).toBe(true);
    const unknown = sipServer({ answer: { model: 'nobody' } });
    expect((await unknown.call()).told).toEqual(['180', '500 Server Internal Error']);
  });

  it('is refused where its key is over its limits', async () => {
    const { call } = sipServer({ answer: { model: 'echo' } }, { auth: { keys: [{ key: 'sk-a', sessions: 1 }] } });
    await call();
    expect((await call()).told).toEqual(['180', '503 Service Unavailable']);
  });
});
