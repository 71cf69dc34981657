import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { beginClient, type ClientInput, type ClientTimer, stepClient } from './client-transaction.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { beginServer, type ServerInput, type ServerTimer, stepServer } from './server-transaction.ts';

const request = (method: string): SipRequest => ({
  is: 'request',
  method,
  uri: 'sip:a@b.example',
  headers: [],
  body: '',
});
const response = (status: number): SipResponse => ({ is: 'response', status, reason: '', headers: [], body: '' });

/** Carries a transaction's timers out under virtual time; tells what is sent and when, and what its user hears. */
function running() {
  const clock = virtualClock(0);
  const log: string[] = [];
  const timers = new Map<string, () => void>();
  const arm = (timer: string, afterMs: number, fire: () => void): void => {
    timers.get(timer)?.();
    timers.set(timer, clock.after(afterMs, fire));
  };
  const tell = (what: string): void => void log.push(`${clock.now()} ${what}`);
  return { clock, log, arm, tell, disarm: (timer: string) => timers.get(timer)?.() };
}

function server(method: string, isReliable = false) {
  const run = running();
  let state = beginServer({ method }, isReliable);
  function feed(input: ServerInput): void {
    const [next, effects] = stepServer(state, input);
    state = next;
    for (const effect of effects) {
      if (effect.do === 'arm') run.arm(effect.timer, effect.afterMs, () => fire(effect.timer));
      else if (effect.do === 'disarm') run.disarm(effect.timer);
      else run.tell(effect.do === 'send' ? String(effect.response.status) : effect.do);
    }
  }
  const fire = (timer: ServerTimer): void => feed({ from: 'timer', timer });
  return {
    ...run,
    says: (status: number) => feed({ from: 'user', response: response(status) }),
    comes: (again = method) => feed({ from: 'wire', request: request(again) }),
    phase: () => state.phase,
  };
}

function client(isReliable = false) {
  const run = running();
  let state = beginClient(request('BYE'), isReliable)[0];
  function carry([next, effects]: ReturnType<typeof stepClient>): void {
    state = next;
    for (const effect of effects) {
      if (effect.do === 'arm') run.arm(effect.timer, effect.afterMs, () => fire(effect.timer));
      else if (effect.do === 'disarm') run.disarm(effect.timer);
      else if (effect.do === 'answered') run.tell(`answered ${effect.response.status}`);
      else run.tell(effect.do === 'send' ? effect.request.method : effect.do);
    }
  }
  const feed = (input: ClientInput): void => carry(stepClient(state, input));
  const fire = (timer: ClientTimer): void => feed({ from: 'timer', timer });
  carry(beginClient(request('BYE'), isReliable));
  return {
    ...run,
    answers: (status: number) => feed({ from: 'wire', response: response(status) }),
    fails: () => feed({ from: 'transport' }),
    phase: () => state.phase,
  };
}

describe('an INVITE that has come', () => {
  it('is answered again with what was said last, each time it comes again', () => {
    const { comes, says, log } = server('INVITE');
    comes();
    says(100);
    comes();
    says(180);
    comes();
    comes();
    expect(log).toEqual(['0 100', '0 100', '0 180', '0 180', '0 180']);
  });

  it('that is refused is refused until that was heard: after 0.5, 1, 2 and then each 4 seconds', () => {
    const { says, comes, log, clock, phase } = server('INVITE');
    says(486);
    clock.advance(12_000);
    comes();
    comes('ACK');
    clock.advance(4_999);
    expect(phase()).toBe('confirmed');
    comes('ACK');
    clock.advance(1);
    expect(phase()).toBe('over');
    expect(log).toEqual([
      '0 486',
      '500 486',
      '1500 486',
      '3500 486',
      '7500 486',
      '11500 486',
      '12000 486',
      '12000 acknowledged',
    ]);
    expect(clock.waiting).toBe(0);
  });

  it('that is refused and never heard of is given up after 32 seconds', () => {
    const { says, log, clock, phase } = server('INVITE');
    says(603);
    clock.advance(40_000);
    expect(log.at(-1)).toBe('32000 unheard');
    expect([phase(), clock.waiting]).toEqual(['over', 0]);
  });

  it('that is accepted may be accepted again by its dialog, until its ACK has had its time', () => {
    const { says, comes, log, clock, phase } = server('INVITE');
    says(200);
    comes();
    says(200);
    comes('ACK');
    says(486);
    clock.advance(32_000);
    says(200);
    expect(log).toEqual(['0 200', '0 200', '0 acknowledged']);
    expect([phase(), clock.waiting]).toEqual(['over', 0]);
  });

  it('is refused once over TCP, which loses nothing', () => {
    const { says, comes, log, clock, phase } = server('INVITE', true);
    says(486);
    clock.advance(10_000);
    comes('ACK');
    expect(log).toEqual(['0 486', '10000 acknowledged']);
    expect([phase(), clock.waiting]).toEqual(['over', 0]);
  });
});

describe('another request that has come', () => {
  it('is answered once, and again each time it comes within 32 seconds', () => {
    const { says, comes, log, clock, phase } = server('BYE');
    comes();
    says(200);
    says(500);
    clock.advance(31_999);
    comes();
    clock.advance(1);
    comes();
    expect(log).toEqual(['0 200', '31999 200']);
    expect(phase()).toBe('over');
  });

  it('takes no ACK, and is over at once over TCP', () => {
    const { says, comes, log, phase } = server('OPTIONS', true);
    comes('ACK');
    says(200);
    comes();
    expect(log).toEqual(['0 200']);
    expect(phase()).toBe('over');
  });
});

describe('a request of ours', () => {
  it('is sent again after 0.5, 1, 2 and then each 4 seconds, and given up after 32', () => {
    const { log, clock, phase } = client();
    clock.advance(60_000);
    const at = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(log).toEqual([...at.map((ms) => `${ms} BYE`), '32000 unanswered']);
    expect([phase(), clock.waiting]).toEqual(['over', 0]);
  });

  it('is sent each 4 seconds once somebody is at work on it, and ends with the answer', () => {
    const { answers, log, clock, phase } = client();
    answers(100);
    clock.advance(5_000);
    answers(200);
    answers(200);
    clock.advance(5_000);
    expect(log).toEqual(['0 BYE', '0 answered 100', '500 BYE', '4500 BYE', '5000 answered 200']);
    expect([phase(), clock.waiting]).toEqual(['over', 0]);
  });

  it('is sent once over TCP, and is over where it can’t be sent', () => {
    const once = client(true);
    once.clock.advance(10_000);
    once.answers(481);
    expect(once.log).toEqual(['0 BYE', '10000 answered 481']);
    expect([once.phase(), once.clock.waiting]).toEqual(['over', 0]);
    const lost = client();
    lost.fails();
    lost.fails();
    expect(lost.log).toEqual(['0 BYE', '0 unanswered']);
    expect(lost.clock.waiting).toBe(0);
  });
});
