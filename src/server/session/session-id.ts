import { newNodeName } from '../nodes/name.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const digits = 21;
/** Bytes from here on would make the first digits of the alphabet likelier than the others. */
const fairBelow = 4 * alphabet.length;

/**
 * An id that no other session has, on any node: `sess_` and 21 digits of base 62, never of a seed. The first six name the
 * node that holds the session, the others are random. Default: a node that is none, for settings that are shown before there
 * is a session.
 */
export function newSessionId(nodeName: string = newNodeName()): string {
  let id = `sess_${nodeName}`;
  while (id.length < 'sess_'.length + digits) {
    const [byte = fairBelow] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < fairBelow) id += alphabet.charAt(byte % alphabet.length);
  }
  return id;
}
