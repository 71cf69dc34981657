import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { Agent } from './agent.ts';
import type { AgentCall, Place } from './agent-call.ts';
import { type SipMessage, valueOf } from './message.ts';
import { readMessage } from './read.ts';

const caller: Place = { transport: 'UDP', address: '192.0.2.1', port: 5062 };

/** What a telephone sends, line by line. */
interface Sent {
  readonly first: string;
  readonly lines?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An agent, and a telephone that calls it by hand. */
function agentAndPhone({
  transport = 'UDP',
  answers = 'v=0 answer',
}: {
  transport?: Place['transport'];
  answers?: string | null;
} = {}) {
  const clock = virtualClock(0);
  const sent: SipMessage[] = [];
  const log: string[] = [];
  const calls: AgentCall[] = [];
  let minted = 0;
  const agent = new Agent({
    clock,
    unique: () => `u${++minted}`,
    here: () => '203.0.113.7:5060',
    send(text) {
      const read = readMessage(text);
      if (read.is === 'message') sent.push(read.message);
      return true;
    },
    incoming(call) {
      calls.push(call);
      call.open({
        acknowledged: (answer) => log.push(`acknowledged ${answer}`),
        ended: (why) => log.push(`ended: ${why}`),
        offered(offer) {
          log.push(`offered ${offer}`);
          return answers;
        },
        pressed: (key) => log.push(`pressed ${key}`),
        referred: (isDone) => log.push(`referred ${isDone}`),
      });
    },
  });
  const place = { ...caller, transport };
  function send({ first, lines = {}, body = '' }: Sent): void {
    const [method = ''] = first.split(' ');
    const usual: Record<string, string> = {
      Via: `SIP/2.0/${transport} 192.0.2.1:5062;branch=z9hG4bK-${method === 'ACK' ? 'ack' : method}-1`,
      'Max-Forwards': '70',
      From: '<sip:alice@192.0.2.1>;tag=a',
      To: '<sip:bot@203.0.113.7>',
      'Call-ID': 'call-1',
      CSeq: `1 ${method}`,
      Contact: '<sip:alice@192.0.2.1:5062>',
      ...lines,
    };
    const written = Object.entries(usual).map(([name, value]) => `${name}: ${value}`);
    agent.take([`${first} SIP/2.0`, ...written, `Content-Length: ${body.length}`, '', body].join('\r\n'), place);
  }
  const firsts = (): string[] =>
    sent.map((message) =>
      message.is === 'request' ? message.method : `${message.status} ${valueOf(message, 'CSeq')}`,
    );
  return {
    agent,
    clock,
    sent,
    log,
    calls,
    send,
    firsts,
    invite: (lines: Readonly<Record<string, string>> = {}, body = 'v=0 offer') =>
      send({ first: 'INVITE sip:bot@203.0.113.7', lines, body }),
    /** A request within the call, by its number. */
    within: (method: string, number: number, rest: Omit<Sent, 'first'> = {}) =>
      send({
        first: `${method} sip:bot@203.0.113.7`,
        ...rest,
        lines: {
          To: '<sip:bot@203.0.113.7>;tag=u1',
          CSeq: `${number} ${method}`,
          Via: `SIP/2.0/${transport} 192.0.2.1:5062;branch=z9hG4bK-${method}-${number}-in`,
          ...rest.lines,
        },
      }),
    /** Answers the newest request of the agent. */
    answer(status: number): void {
      const asked = sent.findLast((message) => message.is === 'request');
      if (asked === undefined) throw new Error('nothing was asked');
      const headers = asked.headers.filter(({ name }) => ['Via', 'From', 'To', 'Call-ID', 'CSeq'].includes(name));
      const written = headers.map(({ name, value }) => `${name}: ${value}`);
      agent.take([`SIP/2.0 ${status} x`, ...written, 'Content-Length: 0', '', ''].join('\r\n'), place);
    },
  };
}

type Phone = ReturnType<typeof agentAndPhone>;

/** A call that was accepted, and whose acceptance was heard. */
function upCall(options: Parameters<typeof agentAndPhone>[0] = {}): Phone {
  const phone = agentAndPhone(options);
  phone.invite();
  phone.calls[0]?.accept('v=0 accepted');
  phone.within('ACK', 1);
  return phone;
}

describe('a call that comes', () => {
  it('is heard at once, rings, is accepted, and hung up by the caller', () => {
    const { invite, calls, within, firsts, sent, log, clock, agent } = agentAndPhone();
    invite();
    expect(firsts()).toEqual(['100 1 INVITE']);
    expect(calls[0]?.offer).toBe('v=0 offer');
    calls[0]?.ring();
    calls[0]?.accept('v=0 accepted');
    within('ACK', 1);
    const accepted = sent.at(-1);
    if (accepted === undefined) throw new Error('nothing was sent');
    expect(accepted.body).toBe('v=0 accepted');
    expect(valueOf(accepted, 'Contact')).toBe('<sip:203.0.113.7:5060>');
    expect(valueOf(accepted, 'To')).toContain(';tag=u1');
    expect(valueOf(accepted, 'Via')).toContain('received=192.0.2.1');
    within('BYE', 2);
    expect(firsts()).toEqual(['100 1 INVITE', '180 1 INVITE', '200 1 INVITE', '200 2 BYE']);
    expect(log).toEqual(['acknowledged null', 'ended: the caller has hung up']);
    expect(agent.calls.length).toBe(0);
    clock.advance(60_000);
    expect([agent.transactions, clock.waiting]).toEqual([0, 0]);
  });

  it('is answered again where the caller asks again, and begun once', () => {
    const { invite, calls, firsts } = agentAndPhone();
    for (let times = 0; times < 50; times++) invite();
    expect(calls).toHaveLength(1);
    expect(firsts()).toHaveLength(50);
  });

  it('is accepted again and again until that was heard', () => {
    const { invite, calls, within, firsts, clock, log } = agentAndPhone();
    invite();
    calls[0]?.accept('v=0');
    clock.advance(8_000);
    const said = firsts().filter((first) => first === '200 1 INVITE').length;
    expect(said).toBe(5); // at 0, 0.5, 1.5, 3.5 and 7.5 seconds
    within('ACK', 1);
    clock.advance(30_000);
    expect(firsts().filter((first) => first === '200 1 INVITE')).toHaveLength(said);
    expect(log).toEqual(['acknowledged null']);
  });

  it('is hung up where its acceptance is never heard', () => {
    const { invite, calls, firsts, clock, log, agent, answer } = agentAndPhone();
    invite();
    calls[0]?.accept('v=0');
    clock.advance(32_000);
    expect(log).toEqual(['ended: its acceptance was never heard']);
    expect(firsts().at(-1)).toBe('BYE');
    answer(481);
    clock.advance(60_000);
    expect([agent.calls.length, agent.transactions, clock.waiting]).toEqual([0, 0, 0]);
  });

  it('is refused until that was heard', () => {
    const { invite, calls, send, firsts, clock, log, agent } = agentAndPhone();
    invite();
    calls[0]?.refuse(603, 'Decline');
    clock.advance(600);
    send({ first: 'ACK sip:bot@203.0.113.7', lines: { Via: 'SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK-INVITE-1' } });
    clock.advance(60_000);
    expect(firsts()).toEqual(['100 1 INVITE', '603 1 INVITE', '603 1 INVITE']);
    expect([log, agent.transactions, clock.waiting]).toEqual([[], 0, 0]);
  });

  it('is over where the caller gives up, and not once it was accepted', () => {
    const cancel = {
      first: 'CANCEL sip:bot@203.0.113.7',
      lines: { Via: 'SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK-INVITE-1' },
    };
    const early = agentAndPhone();
    early.invite();
    early.send(cancel);
    early.calls[0]?.accept('v=0');
    expect(early.firsts()).toEqual(['100 1 INVITE', '487 1 INVITE', '200 1 CANCEL']);
    expect(early.log).toEqual(['ended: the caller has given up']);
    const late = upCall();
    late.send(cancel);
    expect(late.firsts().at(-1)).toBe('200 1 CANCEL');
    expect(late.agent.calls.length).toBe(1);
    const stray = agentAndPhone();
    stray.send(cancel);
    expect(stray.firsts()).toEqual(['481 1 CANCEL']);
  });

  it('may wait for our offer, and bring its answer when it has heard it', () => {
    const { invite, calls, within, log } = agentAndPhone();
    invite({}, '');
    expect(calls[0]?.offer).toBeNull();
    calls[0]?.accept('v=0 our offer');
    within('ACK', 1, { body: 'v=0 their answer' });
    expect(log).toEqual(['acknowledged v=0 their answer']);
  });

  it('that comes another way as well is a loop', () => {
    const { invite, calls, firsts } = agentAndPhone();
    invite();
    invite({ Via: 'SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK-other, SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK-INVITE-1' });
    expect(calls).toHaveLength(1);
    expect(firsts()).toEqual(['100 1 INVITE', '482 1 INVITE']);
  });

  it.each([
    [{ Contact: '<tel:+4930>' }, '400 1 INVITE'],
    [{ 'Session-Expires': '60', Supported: 'timer' }, '422 1 INVITE'],
    [{ Require: '100rel' }, '420 1 INVITE'],
    [{ To: '<sip:bot@203.0.113.7>;tag=unknown' }, '481 1 INVITE'],
  ])('is refused by its form: %j', (lines, first) => {
    const { invite, calls, firsts } = agentAndPhone();
    invite(lines);
    expect([calls.length, firsts()]).toEqual([0, [first]]);
  });
});

describe('a call that is up', () => {
  it('is hung up by us, and only once', () => {
    const { calls, answer, firsts, within, log, agent, clock } = upCall();
    calls[0]?.hangUp();
    calls[0]?.hangUp();
    answer(200);
    within('BYE', 2);
    expect(firsts().slice(2)).toEqual(['BYE', '481 2 BYE']);
    clock.advance(60_000);
    expect([log, agent.transactions, clock.waiting]).toEqual([['acknowledged null'], 0, 0]);
  });

  it('changes its sound as the other side wants, as in a hold, and says so until that was heard', () => {
    const { within, firsts, log, clock, sent } = upCall();
    within('INVITE', 2, { body: 'v=0 hold' });
    within('UPDATE', 3, { body: 'v=0 resume' });
    within('UPDATE', 4);
    expect(log.slice(1)).toEqual(['offered v=0 hold', 'offered v=0 resume']);
    expect(sent.at(-3)?.body).toBe('v=0 answer');
    clock.advance(1_000);
    expect(firsts().slice(2)).toEqual(['200 2 INVITE', '200 3 UPDATE', '200 4 UPDATE', '200 2 INVITE']);
    within('ACK', 2);
    clock.advance(60_000);
    expect(firsts().filter((first) => first === '200 2 INVITE')).toHaveLength(2);
    expect(log).toHaveLength(3);
  });

  it('stays as it is where its sound can’t be as the other side wants', () => {
    const { within, firsts, agent } = upCall({ answers: null });
    within('INVITE', 2, { body: 'v=0 video' });
    expect(firsts().at(-1)).toBe('488 2 INVITE');
    expect(agent.calls.length).toBe(1);
  });

  it('takes keys, and requests in their order', () => {
    const { within, firsts, log } = upCall();
    const relay = { 'Content-Type': 'application/dtmf-relay' };
    within('INFO', 2, { lines: relay, body: 'Signal=5\r\nDuration=160' });
    within('INFO', 3, { lines: relay, body: 'Signal= #\r\n' });
    within('INFO', 4, { lines: relay, body: 'Signal=12' });
    within('INFO', 5, { lines: { 'Content-Type': 'text/plain' }, body: 'hello' });
    within('INFO', 4, { lines: { ...relay, Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-late' }, body: 'Signal=1' });
    within('MESSAGE', 6, { body: 'hello' });
    expect(log.slice(1)).toEqual(['pressed 5', 'pressed #']);
    expect(firsts().slice(2)).toEqual([
      '200 2 INFO',
      '200 3 INFO',
      '400 4 INFO',
      '415 5 INFO',
      '500 4 INFO',
      '405 6 MESSAGE',
    ]);
  });

  it('is transferred, and hung up once the other side has reached somebody', () => {
    const { calls, within, firsts, log, answer, sent } = upCall();
    calls[0]?.refer('tel:+493012345');
    const refer = sent.at(-1);
    if (refer === undefined) throw new Error('nothing was sent');
    expect(valueOf(refer, 'Refer-To')).toBe('<tel:+493012345>');
    answer(202);
    const notify = { lines: { Event: 'refer', 'Content-Type': 'message/sipfrag' } };
    within('NOTIFY', 2, { ...notify, body: 'SIP/2.0 100 Trying' });
    expect(log).toHaveLength(1);
    within('NOTIFY', 3, { ...notify, body: 'SIP/2.0 200 OK' });
    expect(log.slice(1)).toEqual(['referred true']);
    expect(firsts().slice(2)).toEqual(['REFER', '200 2 NOTIFY', 'BYE', '200 3 NOTIFY']);
  });

  it.each([
    ['refuses', (phone: Phone) => phone.answer(603)],
    ['does not answer', (phone: Phone) => phone.clock.advance(33_000)],
    ['reaches nobody', (phone: Phone) => phone.within('NOTIFY', 2, { body: 'SIP/2.0 486 Busy Here' })],
  ])('goes on where the other side %s a transfer', (_, happens) => {
    const phone = upCall();
    phone.calls[0]?.refer('tel:+49');
    phone.calls[0]?.refer('tel:+50');
    happens(phone);
    expect(phone.log.slice(1)).toEqual(['referred false', 'referred false']);
    expect(phone.agent.calls.length).toBe(1);
  });

  it('ends where it is not refreshed in time, if the other side wants that', () => {
    const { invite, calls, within, sent, clock, log, firsts } = agentAndPhone();
    invite({ 'Session-Expires': '90;refresher=uac', Supported: 'timer' });
    calls[0]?.accept('v=0');
    const accepted = sent.at(-1);
    expect(accepted === undefined ? null : valueOf(accepted, 'Session-Expires')).toBe('90;refresher=uac');
    within('ACK', 1);
    clock.advance(80_000);
    within('UPDATE', 2, { lines: { 'Session-Expires': '90', Supported: 'timer' } });
    clock.advance(89_999);
    expect(log).toEqual(['acknowledged null']);
    clock.advance(1);
    expect(log.at(-1)).toBe('ended: it was not refreshed in time');
    expect(firsts().at(-1)).toBe('BYE');
  });

  it('is not disturbed by strangers who do not know its tags', () => {
    const { within, agent, firsts } = upCall();
    within('BYE', 9, { lines: { From: '<sip:mallory@192.0.2.66>;tag=m' } });
    within('BYE', 10, { lines: { To: '<sip:bot@203.0.113.7>;tag=guess' } });
    expect(firsts().slice(2)).toEqual(['481 9 BYE', '481 10 BYE']);
    expect(agent.calls.length).toBe(1);
  });
});

describe('an agent', () => {
  it('tells what it understands, and nothing of who is there', () => {
    const { send, sent, firsts } = agentAndPhone({ transport: 'TCP' });
    send({ first: 'OPTIONS sip:anybody@203.0.113.7' });
    send({ first: 'REGISTER sip:203.0.113.7' });
    expect(firsts()).toEqual(['200 1 OPTIONS', '405 1 REGISTER']);
    for (const answer of sent) expect(valueOf(answer, 'Allow')).toContain('INVITE');
  });

  it('repeats nothing over TCP but its acceptances', () => {
    const { calls, clock, firsts } = upCall({ transport: 'TCP' });
    calls[0]?.hangUp();
    clock.advance(31_000);
    expect(firsts().slice(2)).toEqual(['BYE']);
  });

  it('answers no answers, and no ACK', () => {
    const { agent, within, send, sent } = agentAndPhone();
    agent.take('SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKu9\r\n\r\n', caller);
    within('ACK', 1);
    send({ first: 'ACK sip:bot@203.0.113.7', lines: { 'Call-ID': 'broken id' } });
    expect(sent).toEqual([]);
  });

  it('forgets everything after a while, whatever strangers send', () => {
    const methods = fc.constantFrom('INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'NOTIFY', 'FOO');
    const message = fc.record({
      method: methods,
      number: fc.nat(3),
      within: fc.boolean(),
      waitMs: fc.nat(2000),
      accept: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
        const { agent, clock, calls, send, within } = agentAndPhone();
        for (const { method, number, within: isWithin, waitMs, accept } of messages) {
          if (isWithin) within(method, number);
          else send({ first: `${method} sip:bot@203.0.113.7`, lines: { 'Call-ID': `c${number}` } });
          for (const call of calls) if (accept) call.accept('v=0');
          clock.advance(waitMs);
        }
        for (const call of calls) call.hangUp();
        clock.advance(200_000);
        expect([agent.calls.length, agent.transactions, clock.waiting]).toEqual([0, 0, 0]);
      }),
    );
  });
});
