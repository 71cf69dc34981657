import { randomBytes } from 'node:crypto';

/** Hexadecimal digits that name a node. */
const nodeDigits = 6;
const callDigits = 22;

/** A name for this process among those that serve as one: six hexadecimal digits. */
export function newNodeName(): string {
  return randomBytes(nodeDigits / 2).toString('hex');
}

/** An id that no other call has, on any node: `rtc_`, the node that holds the call, and 22 random hexadecimal digits. */
export function newCallId(nodeName: string): string {
  return `rtc_${nodeName}${randomBytes(callDigits / 2).toString('hex')}`;
}
