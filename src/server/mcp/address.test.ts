import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './address.ts';

describe('an address is of the public internet', () => {
  it.each(['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1', '223.255.255.255'])(
    '%s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each(['2606:4700::1111', '2a00:1450::1', '2001:4860:4860::8888'])('%s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('an address is not', () => {
  it.each([
    ['this host', '0.0.0.0'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared by a carrier', '100.64.0.1'],
    ['the metadata of a cloud', '169.254.169.254'],
    ['the metadata of a cloud', '100.100.100.200'],
    ['the metadata of a cloud', '192.0.0.192'],
    ['the metadata of a cloud', '168.63.129.16'],
    ['the metadata of a cloud', 'fd00:ec2::254'],
    ['link-local', '169.254.0.1'],
    ['for tests', '198.18.0.1'],
    ['for documentation', '192.0.2.1'],
    ['for documentation', '203.0.113.7'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['unique-local', 'fc00::1'],
    ['unique-local', 'fdff::1'],
    ['link-local', 'fe80::1'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['for documentation', '2001:db8::1'],
    ['for documentation', '3fff::1'],
    ['loopback inside', '::ffff:127.0.0.1'],
    ['loopback inside', '::127.0.0.1'],
    ['private inside', '64:ff9b::a00:1'],
    ['private inside', '2002:a00:1::'],
    ['a tunnel', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('%s: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
