/** One RTP packet (RFC 3550, section 5.1). */
export interface RtpPacket {
  /** 0 to 127; what it means was agreed upon in SDP. */
  readonly payloadType: number;
  /** For sound: this packet begins to speak after a silence. */
  readonly marker: boolean;
  /** 16 bits; one more for each packet, and it wraps. */
  readonly sequence: number;
  /** 32 bits of the codec's clock; it wraps, too. */
  readonly timestamp: number;
  /** 32 bits that name the source. */
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

const fixedBytes = 12;
const version = 2;

/**
 * Reads a packet, whatever sources and header extensions it lists. The payload is a view of `bytes`. Null for what is no RTP:
 * another version, RTCP (which shares the port: RFC 5761, section 4), or lengths that do not fit.
 */
export function parseRtp(bytes: Uint8Array): RtpPacket | null {
  if (bytes.byteLength < fixedBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getUint8(0);
  const second = view.getUint8(1);
  if (first >> 6 !== version || isRtcp(second)) return null;
  const from = payloadStart(view, first);
  if (from === null) return null;
  const padding = (first & 0x20) === 0 ? 0 : view.getUint8(bytes.byteLength - 1);
  const hasNoLength = (first & 0x20) !== 0 && padding === 0;
  const to = bytes.byteLength - padding;
  if (hasNoLength || to < from) return null;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: bytes.subarray(from, to),
  };
}

/** The second byte of RTCP packets is 192 to 223, which payload types with a marker avoid. */
const isRtcp = (second: number): boolean => second >= 192 && second <= 223;

/** The bytes before the payload of what is RTP by its length and version; null for what is none. */
export function rtpHeadBytes(bytes: Uint8Array): number | null {
  if (bytes.byteLength < fixedBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getUint8(0);
  return first >> 6 === version ? payloadStart(view, first) : null;
}

/** Where the payload begins, behind sources and extension; null where they go past the end. */
function payloadStart(view: DataView, first: number): number | null {
  const afterSources = fixedBytes + (first & 0x0f) * 4;
  if ((first & 0x10) === 0) return afterSources <= view.byteLength ? afterSources : null;
  if (afterSources + 4 > view.byteLength) return null;
  const start = afterSources + 4 + view.getUint16(afterSources + 2) * 4;
  return start <= view.byteLength ? start : null;
}

/** Writes a packet without extensions, other sources or padding. */
export function buildRtp({ payloadType, marker, sequence, timestamp, ssrc, payload }: RtpPacket): Uint8Array {
  const bytes = new Uint8Array(fixedBytes + payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, version << 6);
  view.setUint8(1, (marker ? 0x80 : 0) | payloadType);
  view.setUint16(2, sequence);
  view.setUint32(4, timestamp);
  view.setUint32(8, ssrc);
  bytes.set(payload, fixedBytes);
  return bytes;
}
