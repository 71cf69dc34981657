import { afterEach } from 'vitest';
import { systemPulse } from '../../src/media/node/call-sound.ts';
import { Pulse } from '../../src/media/pulse.ts';
import { systemClock } from '../../src/server/index.ts';
import { openSip } from '../../src/telephony/node/sip.ts';
import type { SipAddressToListen, SipCall, SipOptions, SipSound } from '../../src/telephony/sip/phone.ts';
import { type VirtualClock, virtualClock } from '../../src/testing/index.ts';

/** A call that was answered, as whoever has it sees it. */
export interface Answered {
  readonly call: SipCall;
  readonly sound: SipSound;
  /** All that was heard. */
  readonly heard: Uint8Array[];
  readonly keys: string[];
  /** Samples at 24 kHz of all parts that were played. */
  played(): number;
  ended(): string | null;
}

export interface Echo {
  readonly addresses: readonly SipAddressToListen[];
  readonly calls: SipCall[];
  /** Those that were answered. */
  readonly answered: Answered[];
  close(): Promise<void>;
}

export interface EchoOptions extends Partial<SipOptions> {
  /** What becomes of a call. Default: it is answered, and hears itself. */
  readonly meets?: (call: SipCall, answer: () => Promise<void>) => void;
  /** Whether what is heard is said. Default: it is. */
  readonly echoes?: boolean;
}

export const udp: SipAddressToListen = { transport: 'udp', host: '127.0.0.1', port: 0 };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const silent = { info() {}, warn() {} };

/** Our end of SIP with whoever answers all calls; it is closed after the test. */
export async function openEcho({ meets, echoes = true, ...options }: EchoOptions = {}): Promise<Echo> {
  const [calls, answered] = [[] as SipCall[], [] as Answered[]];
  const end = await openSip({
    listen: [udp],
    tls: null,
    publicIp: null,
    rtpPorts: null,
    clock: systemClock(),
    pulse: systemPulse(),
    log: silent,
    incoming(call) {
      calls.push(call);
      const answer = async (): Promise<void> => {
        const whole = await pickUp(call, echoes);
        if (whole !== null) answered.push(whole);
      };
      if (meets === undefined) void answer();
      else meets(call, answer);
    },
    ...options,
  });
  closing.push(() => end.close());
  return { addresses: end.addresses, calls, answered, close: () => end.close() };
}

async function pickUp(call: SipCall, echoes: boolean): Promise<Answered | null> {
  let why: string | null = null;
  let played = 0;
  const [heard, keys] = [[] as Uint8Array[], [] as string[]];
  call.open({ ended: (told) => (why = told) });
  call.ring();
  const sound = await call.prepare();
  if (sound === 'gone') return null;
  if (typeof sound === 'string') {
    call.refuse(sound === 'no-codec' ? 488 : 503, 'No');
    return null;
  }
  const key = { itemId: 'echo', contentIndex: 0 };
  sound.begin({
    heard(audio) {
      heard.push(audio);
      if (echoes) sound.play(key, audio);
    },
    played: (_, samples) => (played = samples),
    drained() {},
    pressed: (pressed) => keys.push(pressed),
  });
  call.accept();
  return { call, sound, heard, keys, played: () => played, ended: () => why };
}

/** A clock for everything, whose time passes when it is told to. */
export function virtualTime(): { readonly clock: VirtualClock; readonly pulse: Pulse } {
  const clock = virtualClock();
  return { clock, pulse: new Pulse(clock) };
}
