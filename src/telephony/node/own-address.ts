import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** An IPv4 address that a socket for both kinds shows as IPv6, as it is. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}

/** An address as a socket that listens at `host` can send to it: one for both kinds takes IPv4 addresses as IPv6. */
export function addressFrom(host: string, address: string): string {
  return isIPv6(host) && !isIPv6(address) ? `::ffff:${address}` : address;
}

/** Whether where a socket listens does not tell by which address it is reached: everywhere, or at a name. */
export function isAnywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || isIP(host) === 0;
}

/** The address of this machine that somebody at `remote` reaches it by: one of the same network, else any of the same kind. */
export function addressFacing(remote: string): string {
  const family = isIPv6(remote) ? 'IPv6' : 'IPv4';
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const alike = own.filter((each) => each.family === family);
  const near = alike.find(({ cidr }) => cidr !== null && isWithin(remote, cidr));
  const found = near ?? alike.find(({ internal }) => !internal) ?? alike[0];
  return found?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
}

function isWithin(address: string, cidr: string): boolean {
  const [network = '', prefix = ''] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(address, family);
}
