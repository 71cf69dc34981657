const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const digits = 21;
/** Bytes from here on would make the first digits of the alphabet likelier than the others. */
const fairBelow = 4 * alphabet.length;

/** An id that no other session has, on any node: `sess_` and 21 random digits of base 62, never of a seed. */
export function newSessionId(): string {
  let id = 'sess_';
  while (id.length < 'sess_'.length + digits) {
    const [byte = fairBelow] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < fairBelow) id += alphabet.charAt(byte % alphabet.length);
  }
  return id;
}
