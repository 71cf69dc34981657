/** Packets sent at once after a stall; for more than that the peer would not wait. */
const maxSent = 25;
/** Frames heard at once after a stall: a minute. Past that the call is over anyway, and nobody needs its silence. */
const maxHeard = 3_000;

/** What is done for frames that are due: usually for one, for more where the program stood still. */
export interface Due {
  readonly sent: number;
  /** Those that pass without a packet. */
  readonly skipped: number;
  readonly heard: number;
}

export function dueOf(frames: number): Due {
  const sent = Math.min(frames, maxSent);
  return { sent, skipped: frames - sent, heard: Math.min(frames, maxHeard) };
}
