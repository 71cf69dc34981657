import { describe, expect, it } from 'vitest';
import type { Spoken } from '../../engines/contract.ts';
import { aMoment, answer, loud, phoneServer, refusal, up } from '../../testing/phone-server.ts';
import type { TwilioOptions } from './options.ts';

describe('the model of a call', () => {
  const call = (name: string, given: object = {}): readonly Spoken[] => [
    { type: 'message_end' },
    { type: 'call_start', name },
    { type: 'call_arguments', delta: JSON.stringify(given) },
    { type: 'call_end' },
  ];
  const account = { accountSid: 'AC01', greeting: 'Say goodbye.' };

  it('may hang up where the operator has an account, after its last word', async () => {
    const { here } = phoneServer({ twilio: account, answers: [[...answer, ...call('hang_up')]] });
    const { stream, phone, sideband } = await up(here);
    expect(sideband.events[0]).toMatchObject({ session: { tools: [{ name: 'hang_up' }] } });
    here.clock.advance(4900);
    expect(stream.closed).toBeNull();
    here.clock.advance(200);
    expect(phone.heardMs).toBe(5000);
    expect(stream.closed).toEqual({ code: 1000, reason: 'hung up' });
  });

  it('stays where the caller speaks up meanwhile', async () => {
    const { here, turns } = phoneServer({ twilio: account, answers: [[...answer, ...call('hang_up')], []] });
    const { stream, phone } = await up(here);
    here.clock.advance(2000);
    phone.say(loud(400));
    here.clock.advance(5000);
    expect(stream.closed).toBeNull();
    expect(turns).toHaveLength(2);
    expect(turns.at(-1)?.items.map(({ item }) => item.type)).toContain('function_call_output');
  });

  it('is offered nothing without an account, and a transfer only where somebody may be called', async () => {
    const offered = async (twilio: Partial<TwilioOptions>): Promise<unknown> => {
      const { here } = phoneServer({ twilio });
      const { sideband } = await up(here);
      return Reflect.get(Object(sideband.events[0]?.['session']), 'tools');
    };
    expect(await offered({})).toEqual([]);
    expect(await offered(account)).toMatchObject([{ name: 'hang_up' }]);
    expect(await offered({ ...account, referAllow: ['tel:+49*'] })).toMatchObject([
      { name: 'hang_up' },
      { name: 'transfer' },
    ]);
  });

  it.each(['+1900555', 'tel:+1900555', '', 'sip:a@b.example', '+49 *'])('may not transfer to "%s"', async (target) => {
    const answers = [call('transfer', { target }), []];
    const { here, turns } = phoneServer({ twilio: { ...account, referAllow: ['tel:+49*'] }, answers });
    const { stream, callId } = await up(here);
    here.clock.advance(100);
    await aMoment();
    expect(stream.closed).toBeNull();
    expect(turns).toHaveLength(2);
    const answered = await here.post(`/v1/realtime/calls/${callId}/refer`, {
      body: JSON.stringify({ target_uri: target }),
    });
    expect(await refusal(answered)).toBe('400 invalid_value target_uri');
  });
});
