/** Frame sizes of Opus by the five upper bits of a packet's first byte, in ticks of 48 kHz (RFC 6716, table 2). */
const silk = [480, 960, 1920, 2880];
const hybrid = [480, 960];
const celt = [120, 240, 480, 960];

/** 120 ms, the longest that a packet may be (RFC 6716, section 3.4, R5). */
const maxTicks = 5760;

/** How long an Opus packet lasts, in ticks of 48 kHz; 0 for what can't be one. */
export function opusTicks(packet: Uint8Array): number {
  const [first] = packet;
  if (first === undefined) return 0;
  const ticks = frameTicks(first >> 3) * frameCount(first & 3, packet);
  return ticks <= maxTicks ? ticks : 0;
}

function frameTicks(configuration: number): number {
  if (configuration < 12) return silk[configuration % 4] ?? 0;
  if (configuration < 16) return hybrid[configuration % 2] ?? 0;
  return celt[configuration % 4] ?? 0;
}

/** Codes 0 to 3: one frame, two of one size, two of two sizes, or as many as the second byte says (RFC 6716, section 3.2). */
function frameCount(code: number, packet: Uint8Array): number {
  if (code === 0) return 1;
  return code === 3 ? (packet[1] ?? 0) & 0x3f : 2;
}
