import { OfferError } from '../peer.ts';
import { valueOf, valuesOf } from './lines.ts';

/** One way to reach somebody (RFC 8839, section 5.1), over UDP. */
export interface Candidate {
  readonly priority: number;
  /** An address, never a name: names would be asked for all over the network. */
  readonly address: string;
  readonly port: number;
  readonly type: string;
}

/** How one side is reached and known. */
export interface Transport {
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** Algorithm and bytes, as SDP writes them. */
  readonly fingerprint: string;
  /** Who begins the handshake. */
  readonly setup: 'actpass' | 'active' | 'passive';
  readonly candidates: readonly Candidate[];
}

/** More ways than this are tried for nobody. */
const maxCandidates = 20;
/** Bytes of a fingerprint, the algorithm that most use first. */
const fingerprintBytes = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64, 'sha-224': 28, 'sha-1': 20 } as const;

/** How the one who offers is reached: `attributes` of the section, then those of the session. Throws an `OfferError`. */
export function readTransport(attributes: readonly string[]): Transport {
  const iceUfrag = valueOf(attributes, 'ice-ufrag');
  const icePwd = valueOf(attributes, 'ice-pwd');
  if (iceUfrag === null || icePwd === null) throw new OfferError('The offer has no ICE credentials.');
  if (!isIce(iceUfrag, 4) || !isIce(icePwd, 22)) throw new OfferError("The offer's ICE credentials are malformed.");
  return {
    iceUfrag,
    icePwd,
    fingerprint: readFingerprint(valuesOf(attributes, 'fingerprint')),
    setup: readSetup(valueOf(attributes, 'setup') ?? 'actpass'),
    candidates: readCandidates(valuesOf(attributes, 'candidate')),
  };
}

const isIce = (text: string, least: number): boolean =>
  /^[A-Za-z0-9+/=_-]+$/.test(text) && text.length >= least && text.length <= 256;

function readFingerprint(given: readonly string[]): string {
  if (given.length === 0) throw new OfferError('The offer has no fingerprint: calls are encrypted.');
  const known = given.map((text) => text.toLowerCase().split(/\s+/));
  for (const [algorithm, bytes] of Object.entries(fingerprintBytes)) {
    const hex = known.find(([name]) => name === algorithm)?.[1];
    if (hex !== undefined && /^[0-9a-f]{2}(:[0-9a-f]{2})*$/.test(hex) && hex.length === 3 * bytes - 1)
      return `${algorithm} ${hex.toUpperCase()}`;
  }
  throw new OfferError("The offer's fingerprint is malformed, or of an unknown algorithm.");
}

function readSetup(setup: string): Transport['setup'] {
  if (setup === 'actpass' || setup === 'active' || setup === 'passive') return setup;
  throw new OfferError('The setup of the offer must be actpass, active or passive.');
}

/** The ways over UDP that are written as addresses; others are left out, since the other side also comes to us. */
export function readCandidates(given: readonly string[]): Candidate[] {
  const candidates = given.slice(0, 10 * maxCandidates).flatMap((text) => readCandidate(text) ?? []);
  return candidates.slice(0, maxCandidates);
}

function readCandidate(text: string): Candidate | null {
  const [, component, transport, priority, address = '', port, typ, type = ''] = text.split(/ +/);
  const isOurs = component === '1' && transport?.toLowerCase() === 'udp' && typ === 'typ';
  if (!isOurs || !isAddress(address) || !/^(host|srflx|prflx|relay)$/.test(type)) return null;
  const [rank, place] = [wholeOf(priority, 2 ** 31 - 1), wholeOf(port, 65_535)];
  return rank === null || place === null ? null : { priority: rank, address, port: place, type };
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const v4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);
/** What may be one; whoever uses it finds out. */
const v6 = /^(?=.*:.*:)[0-9a-fA-F:]{2,39}(?:(?:\.\d{1,3}){3})?$/;

export const isAddress = (text: string): boolean => v4.test(text) || v6.test(text);

/** A whole number from 1 to `most`, or null. */
function wholeOf(text: string | undefined, most: number): number | null {
  const number = /^\d{1,10}$/.test(text ?? '') ? Number(text) : 0;
  return number >= 1 && number <= most ? number : null;
}

/** The `a=` lines of a transport, without line ends. */
export function transportLines({ iceUfrag, icePwd, fingerprint, setup, candidates }: Transport): string[] {
  return [
    `a=ice-ufrag:${iceUfrag}`,
    `a=ice-pwd:${icePwd}`,
    `a=fingerprint:${fingerprint}`,
    `a=setup:${setup}`,
    ...candidates.map(
      ({ priority, address, port, type }, nth) =>
        `a=candidate:${nth + 1} 1 udp ${priority} ${address} ${port} typ ${type}${type === 'host' ? '' : ' raddr 0.0.0.0 rport 0'}`,
    ),
  ];
}
