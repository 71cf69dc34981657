import { readFileSync } from 'node:fs';
import { afterEach } from 'vitest';
import type { SipAddressToListen } from '../../src/telephony/sip/phone.ts';
import { certificate } from '../clients/program.ts';
import { type Echo, udp } from './sip-echo.ts';
import { RtpPhone, SipPhone, type SipPhoneOptions } from './sip-phone.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** What is closed after the test. */
export function closeLater<T extends { close(): unknown }>(what: T): T {
  open.push(what);
  return what;
}

export const overTls: SipAddressToListen = { ...udp, transport: 'tls' };

const paths = certificate();
/** A certificate for localhost, and its key. */
export const tls = { cert: readFileSync(paths.cert, 'utf8'), key: readFileSync(paths.key, 'utf8') };

export function addressOf({ addresses }: Pick<Echo, 'addresses'>): SipAddressToListen {
  const [address] = addresses;
  if (address === undefined) throw new Error('nobody listens');
  return address;
}

/** A telephone that can call; it is closed after the test. */
export async function dial(echo: Pick<Echo, 'addresses'>, options: SipPhoneOptions = {}): Promise<SipPhone> {
  return closeLater(await SipPhone.open(addressOf(echo), options));
}

/** The sound of a telephone. */
export async function openSound(host?: string): Promise<RtpPhone> {
  return closeLater(await RtpPhone.open(host));
}

/** A line with a key of one byte, thirty times. */
export function keyLine(byte: number): string {
  return `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.alloc(30, byte).toString('base64')}`;
}
