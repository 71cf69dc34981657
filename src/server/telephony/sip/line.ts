import type { Pulse } from '../../../media/pulse.ts';
import { openSip } from '../../../telephony/node/sip.ts';
import type { SipAddressToListen, SipCall, SipEnd } from '../../../telephony/sip/phone.ts';
import { oneLine } from '../../bind.ts';
import type { Clock } from '../../clock.ts';
import type { SessionLog } from '../../log.ts';
import { SetupError } from '../../setup-error.ts';
import type { TelephonySettings } from '../options.ts';

export interface SipLineOptions {
  readonly telephony: Pick<TelephonySettings, 'sip'>;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly clock: Clock;
  readonly log: SessionLog;
  readonly pulse: Pick<Pulse, 'now' | 'join'>;
  readonly incoming: (call: SipCall) => void;
}

/** Where telephones call by SIP. */
export interface SipLine {
  /** `udp://host:port` and so on, once it is open; none where nobody is to call. */
  readonly urls: readonly string[];
  /** @throws {SetupError} where an address can't be had. */
  open(): Promise<void>;
  /** Hangs up all that is left. */
  close(): Promise<void>;
}

/** Hears telephones that call by SIP, where the options say so. */
export function sipLine({ telephony: { sip }, ...options }: SipLineOptions): SipLine {
  let end: SipEnd | null = null;
  return {
    get urls() {
      return (end?.addresses ?? []).map(urlOf);
    },
    async open() {
      if (sip === null) return;
      const { listen, publicIp, rtpPorts } = sip;
      end = await openSip({ ...options, listen, publicIp, rtpPorts }).catch((cause: unknown) => {
        throw new SetupError('address_unavailable', oneLine(cause), { cause });
      });
    },
    async close() {
      await end?.close();
    },
  };
}

function urlOf({ transport, host, port }: SipAddressToListen): string {
  return `${transport}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
