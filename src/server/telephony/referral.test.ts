import { describe, expect, it } from 'vitest';
import { referralTo } from './referral.ts';

const german = ['tel:+49*'];
const inside = ['sip:*@pbx.example', 'sips:desk@pbx.example:5061'];

describe('a target that a call is to be sent on to', () => {
  it.each([
    ['tel:+49-30-555', german, 'tel:+4930555'],
    ['+49 (30) 555', german, 'tel:+4930555'],
    ['TEL:+4930555', german, 'tel:+4930555'],
    ['tel:0049305', ['tel:*'], 'tel:0049305'],
    ['sip:100@pbx.example', inside, 'sip:100@pbx.example'],
    ['sip:100@PBX.example;transport=tcp', inside, 'sip:100@PBX.example;transport=tcp'],
    ['sips:desk@pbx.example:5061', inside, 'sips:desk@pbx.example:5061'],
    ['sip:anybody@anywhere.example', ['sip:*'], 'sip:anybody@anywhere.example'],
  ])('%s is allowed by %j', (target, patterns, sent) => {
    expect(referralTo(target, patterns)).toBe(sent);
  });

  it.each([
    ['tel:+1900555', german],
    ['tel:+49', german],
    ['tel:+4930555;phone-context=evil.example', german],
    ['tel:+493*', german],
    ['sip:+4930555@evil.example', german],
    ['sip:100@evil.example', inside],
    ['sip:100@pbx.example.evil.example', inside],
    ['sip:100@evil.example@pbx.example', inside],
    ['sip:100@evil.example%40pbx.example', inside],
    ['sip:100@pbx.example:6060', inside],
    ['sip:100@pbx.example;maddr=192.0.2.1', inside],
    ['sip:100@pbx.example?Route=%3Csip:evil.example%3E', inside],
    ['sips:100@pbx.example', inside],
    ['sip:100@pbx.example>\r\nX: y', inside],
    ['https://pbx.example', ['sip:*', 'tel:*']],
    ['', ['sip:*', 'tel:*']],
    ['tel:+4930555', []],
  ])('%j is not allowed by %j', (target, patterns) => {
    expect(referralTo(target, patterns)).toBeNull();
  });
});
