import { BlockList, isIP } from 'node:net';
import { plainAddress } from '../../../telephony/node/own-address.ts';
import type { SipSource } from '../../../telephony/sip/phone.ts';

/** Whether calls of this source are taken. */
export type IsPeer = (source: Pick<SipSource, 'address' | 'proves'>) => boolean;

const loopback = ['127.0.0.0/8', '::1'];

/** Calls are taken of these addresses, networks, and names that a TLS certificate proves; of loopback where there are none. */
export function peers(entries: readonly string[]): IsPeer {
  const networks = new BlockList();
  const names: string[] = [];
  for (const entry of entries.length === 0 ? loopback : entries) {
    const network = networkIn(entry);
    if (network === null) names.push(entry);
    else networks.addSubnet(network.address, network.bits, network.family);
  }
  return ({ address, proves }) => {
    const plain = plainAddress(address).replace(/%.*$/, ''); // a zone is of this machine only
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    return (isIP(plain) !== 0 && networks.check(plain, family)) || names.some((name) => proves(name));
  };
}

/** What is wrong with the list; null where nothing is. `canProve`: whether a peer can show a certificate at all. */
export function peerMistake(entries: readonly string[], canProve: boolean): string | null {
  for (const entry of entries) {
    if (networkIn(entry) !== null) continue;
    if (!/^(?=.*[a-z])[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(entry)) {
      return `telephony.sip.peers has "${entry}", which is neither an address, a network such as 10.0.0.0/8, nor a name.`;
    }
    if (!canProve) {
      return `telephony.sip.peers names ${entry}, and only a peer over TLS can prove its name: listen at a tls:// address, or give an address.`;
    }
  }
  return null;
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function networkIn(entry: string): Network | null {
  const [address = '', bits, ...more] = entry.split('/');
  const kind = isIP(address);
  const most = kind === 6 ? 128 : 32;
  const isPrefix = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  if (kind === 0 || !isPrefix || more.length > 0) return null;
  return { address, bits: bits === undefined ? most : Number(bits), family: kind === 6 ? 'ipv6' : 'ipv4' };
}
