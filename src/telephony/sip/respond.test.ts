import { describe, expect, it } from 'vitest';
import type { SipRequest } from './message.ts';
import { respond } from './respond.ts';

function toOf(to: string): string | undefined {
  const request: SipRequest = {
    is: 'request',
    method: 'INVITE',
    uri: 'sip:bot@192.0.2.1',
    headers: [{ name: 'To', value: to }],
    body: '',
  };
  return respond(request, { status: 180, reason: 'Ringing', tag: 'ours' }).headers.find(({ name }) => name === 'To')
    ?.value;
}

describe('a response', () => {
  it('has our tag behind whom the request is for, unless that has one', () => {
    expect(toOf('<sip:bot@192.0.2.1>')).toBe('<sip:bot@192.0.2.1>;tag=ours');
    expect(toOf('<sip:bot@192.0.2.1>; Tag=theirs')).toBe('<sip:bot@192.0.2.1>; Tag=theirs');
  });

  it('takes no name for a tag, nor what stands in an address', () => {
    const named = '"Mr. ;tag=none" <sip:bot@192.0.2.1;tag=none>';
    expect(toOf(named)).toBe(`${named};tag=ours`);
  });
});
