import type { WireClosed } from '../../wire/wire.ts';

/** A close frame without a code. */
const noCode = 1005;
/** The connection broke without a close frame. */
const broken = 1006;
const internal = 1011;

/** Codes that a close frame may carry (RFC 6455, section 7.4). */
function canBeSent(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== noCode && code !== broken) ||
    (code >= 3000 && code <= 4999)
  );
}

/** With what the client is closed when the upstream is gone: with what the upstream said, where it said something. */
export function closeForClient({ code, reason }: WireClosed): WireClosed {
  return canBeSent(code) ? { code, reason } : { code: internal, reason: 'upstream connection lost' };
}

/** With what the upstream is closed when the client is gone. */
export function closeForUpstream({ code, reason }: WireClosed): WireClosed {
  if (code === noCode) return { code: noCode, reason: '' };
  return canBeSent(code) ? { code, reason } : { code: internal, reason: 'client connection lost' };
}
