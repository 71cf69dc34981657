/** What the sender of sound reports of it (RFC 3550, section 6.4.1). */
export interface SenderReport {
  /** When this is, in milliseconds of any clock that goes on, and the same moment on the clock of the packets. */
  readonly atMs: number;
  readonly timestamp: number;
  readonly packets: number;
  /** Bytes of their payloads. */
  readonly bytes: number;
}

/** What the one who hears reports of the sound of a source. */
export interface ReceptionReport {
  readonly ssrc: number;
  /** Packets that should have come since the report before, and those that did. */
  readonly expected: number;
  readonly received: number;
  /** Packets that have not come in all. */
  readonly lost: number;
  /** The number of the newest packet, and how often the numbers have wrapped before it: 32 bits. */
  readonly newestSequence: number;
  /** In ticks of the packets' clock. */
  readonly jitterTicks: number;
  /** The source's last report, as `readSenderReport` tells it, and how long ago it came, in milliseconds; null for none. */
  readonly answers: { readonly stamp: number; readonly agoMs: number } | null;
}

const version = 0x80;
const senderReportType = 200;
const receiverReportType = 201;
const descriptionType = 202;
const canonicalName = 'antiphon';

/** One RTCP packet: what we send and what we hear, as far as we do, and our name. `ssrc` is ours. */
export function buildReport(ssrc: number, sent: SenderReport | null, heard: ReceptionReport | null): Uint8Array {
  const reportBytes = 8 + (sent === null ? 0 : 20) + (heard === null ? 0 : 24);
  const nameBytes = Math.ceil((10 + canonicalName.length + 1) / 4) * 4;
  const view = new DataView(new ArrayBuffer(reportBytes + nameBytes));
  const type = sent === null ? receiverReportType : senderReportType;
  writeHead(view, 0, { count: heard === null ? 0 : 1, type, bytes: reportBytes, ssrc });
  if (sent !== null) writeSent(view, 8, sent);
  if (heard !== null) writeHeard(view, reportBytes - 24, heard);
  writeHead(view, reportBytes, { count: 1, type: descriptionType, bytes: nameBytes, ssrc });
  view.setUint8(reportBytes + 8, 1); // CNAME
  view.setUint8(reportBytes + 9, canonicalName.length);
  for (let at = 0; at < canonicalName.length; at++) view.setUint8(reportBytes + 10 + at, canonicalName.charCodeAt(at));
  return new Uint8Array(view.buffer);
}

/** The moment that a packet's sender report names, as `answers` wants it: 32 bits; null where it begins with none. */
export function readSenderReport(bytes: Uint8Array): { readonly ssrc: number; readonly stamp: number } | null {
  if (bytes.byteLength < 28) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if ((view.getUint8(0) & 0xc0) !== version || view.getUint8(1) !== senderReportType) return null;
  return { ssrc: view.getUint32(4), stamp: view.getUint32(10) };
}

interface Head {
  readonly count: number;
  readonly type: number;
  readonly bytes: number;
  readonly ssrc: number;
}

function writeHead(view: DataView, at: number, { count, type, bytes, ssrc }: Head): void {
  view.setUint8(at, version | count);
  view.setUint8(at + 1, type);
  view.setUint16(at + 2, bytes / 4 - 1);
  view.setUint32(at + 4, ssrc);
}

function writeSent(view: DataView, at: number, { atMs, timestamp, packets, bytes }: SenderReport): void {
  view.setUint32(at, Math.floor(atMs / 1000));
  view.setUint32(at + 4, Math.floor(((atMs % 1000) / 1000) * 2 ** 32));
  view.setUint32(at + 8, timestamp);
  view.setUint32(at + 12, packets % 2 ** 32);
  view.setUint32(at + 16, bytes % 2 ** 32);
}

function writeHeard(view: DataView, at: number, heard: ReceptionReport): void {
  const { expected, received, lost } = heard;
  const share = expected > received ? Math.min(255, Math.floor(((expected - received) * 256) / expected)) : 0;
  view.setUint32(at, heard.ssrc);
  view.setUint32(at + 4, (share << 24) | (Math.max(0, Math.min(lost, 0x7f_ff_ff)) & 0xff_ff_ff));
  view.setUint32(at + 8, heard.newestSequence);
  view.setUint32(at + 12, Math.round(heard.jitterTicks));
  view.setUint32(at + 16, heard.answers?.stamp ?? 0);
  view.setUint32(at + 20, Math.round(((heard.answers?.agoMs ?? 0) * 65_536) / 1000));
}
