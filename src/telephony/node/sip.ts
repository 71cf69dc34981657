import { randomBytes, randomInt } from 'node:crypto';
import { Agent } from '../sip/agent.ts';
import type { AgentCall, Place } from '../sip/agent-call.ts';
import { type CallMachine, InvitedCall } from '../sip/invited-call.ts';
import type { SipAddressToListen, SipEnd, SipOptions, SipSource } from '../sip/phone.ts';
import type { Leaf } from './leaf.ts';
import { addressFacing, isAnywhere } from './own-address.ts';
import { RtpPorts } from './rtp-ports.ts';
import { sealOf, unsealOf } from './srtp.ts';
import { openStream } from './stream.ts';
import { openUdp } from './udp.ts';

/** How long the other sides may take to hear that we leave, in milliseconds. */
const farewellMs = 500;

/**
 * Listens for telephones that call by SIP. Rejects with an Error of one line, which says what to do, where an address
 * can't be had.
 */
export async function openSip(options: SipOptions): Promise<SipEnd> {
  const ends: ListeningEnd[] = [];
  try {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that one failure leaves none half open
    for (const address of options.listen) ends.push(await ListeningEnd.open(address, options));
  } catch (cause) {
    await Promise.all(ends.map((end) => end.close()));
    throw cause;
  }
  let closing: Promise<unknown> | null = null;
  return {
    addresses: ends.map(({ address }) => address),
    async close() {
      closing ??= Promise.all(ends.map((end) => end.close()));
      await closing;
    },
  };
}

/** One address, and the calls that come by it. */
class ListeningEnd {
  readonly #asked: SipAddressToListen;
  readonly #options: SipOptions;
  readonly #agent: Agent;
  readonly #machine: CallMachine;
  readonly #calls = new Set<InvitedCall>();
  #leaf: Leaf | null = null;

  private constructor(asked: SipAddressToListen, options: SipOptions) {
    this.#asked = asked;
    this.#options = options;
    const ports = new RtpPorts(asked.host, options.rtpPorts);
    this.#machine = {
      pulse: options.pulse,
      openPort: () => ports.open(),
      random: (most) => randomInt(most),
      secret: () => randomBytes(30),
      seal: sealOf,
      unseal: unsealOf,
    };
    this.#agent = new Agent({
      clock: options.clock,
      unique: () => randomBytes(12).toString('hex'),
      here: (place) => hostPort(this.#addressFor(place), this.#leaf?.port ?? asked.port),
      send: (text, to) => this.#leaf?.send(text, to) ?? false,
      incoming: (call, from) => this.#incoming(call, from),
    });
  }

  static async open(asked: SipAddressToListen, options: SipOptions): Promise<ListeningEnd> {
    const end = new ListeningEnd(asked, options);
    try {
      end.#leaf = await end.#listen();
    } catch (cause) {
      throw new Error(`Nobody can call at ${printed(asked)}: ${whyNot(cause)}`, { cause });
    }
    return end;
  }

  #listen(): Promise<Leaf> {
    const { transport, host, port } = this.#asked;
    const options = { host, port, take: (text: string, from: Place) => this.#agent.take(text, from) };
    if (transport === 'udp') return openUdp(options);
    const { tls } = this.#options;
    if (transport === 'tls' && tls === null) throw new Error('TLS needs a certificate and its key.');
    return openStream({
      ...options,
      tls: transport === 'tls' ? tls : null,
      clock: this.#options.clock,
      isUsed: (place) => this.#agent.calls.some((call) => call.isWith(place)),
    });
  }

  get address(): SipAddressToListen {
    return { ...this.#asked, port: this.#leaf?.port ?? this.#asked.port };
  }

  async close(): Promise<void> {
    for (const call of this.#calls) call.hangUp();
    await within(farewellMs, this.#agent.settled());
    this.#agent.stop();
    await this.#leaf?.close();
  }

  #incoming(agentCall: AgentCall, place: Place): void {
    const call = new InvitedCall({
      call: agentCall,
      from: this.#sourceOf(place),
      address: this.#addressFor(place),
      machine: this.#machine,
      gone: () => this.#calls.delete(call),
    });
    this.#calls.add(call);
    this.#options.incoming(call);
  }

  #sourceOf(place: Place): SipSource {
    const { transport } = this.#asked;
    return {
      transport,
      address: place.address,
      port: place.port,
      proves: (name) => this.#leaf?.proves(place, name) ?? false,
    };
  }

  #addressFor({ address }: Place): string {
    const { host } = this.#asked;
    return this.#options.publicIp ?? (isAnywhere(host) ? addressFacing(address) : host);
  }
}

async function within(ms: number, settled: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([settled, late]);
  clearTimeout(timer);
}

function printed({ transport, host, port }: SipAddressToListen): string {
  return `${transport}://${hostPort(host, port)}`;
}

/** What keeps us from listening, and what to do. */
function whyNot(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'EADDRINUSE') return 'another program has this port. Stop it, or choose another port.';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'this machine has no such address. Choose one that it has, or 0.0.0.0 for all.';
  if (code === 'EACCES') return 'this port is not allowed to this user. Choose one above 1023.';
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
}

function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
