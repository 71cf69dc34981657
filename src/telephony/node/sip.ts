import type { SipEnd, SipOptions } from '../sip/phone.ts';

/**
 * Listens for telephones that call by SIP. Rejects with an Error of one line, which says what to do, where an address
 * can't be had.
 */
export async function openSip(options: SipOptions): Promise<SipEnd> {
  throw new Error(`${options.listen.length} addresses: nobody listens yet`);
}
