import { randomBytes } from 'node:crypto';

const callDigits = 22;

/** An id that no other call has, on any node: `rtc_`, the node that holds the call, and 22 random hexadecimal digits. */
export function newCallId(nodeName: string): string {
  return `rtc_${nodeName}${randomBytes(callDigits / 2).toString('hex')}`;
}
