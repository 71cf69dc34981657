import type { Reply } from '../endpoint.ts';
import { absent, Finding, holds } from '../finding.ts';
import { Line } from '../line.ts';
import { type AskOptions, type Probe, succeeded } from '../probe.ts';
import { offer } from './offer.ts';

/** No call is called so. */
export const nowhere = 'rtc_0000000000000000000000000000';

export function call(probe: Probe, options: Partial<AskOptions> = {}): Promise<Reply> {
  const headers = { 'content-type': 'application/sdp', ...options.headers };
  return probe.request({ path: '/calls', query: probe.endpoint.query, body: offer, ...options, headers });
}

/** Calls; gives the answer. */
export async function answered(probe: Probe, options: Partial<AskOptions> = {}): Promise<Reply> {
  const reply = await call(probe, options);
  succeeded(reply, 'POST /calls');
  return reply;
}

/** The last part of a path, whatever stands before it. */
const lastPart = /\/([\w.~-]+)$/;

export function isNamed({ headers }: Reply): boolean {
  return lastPart.test(headers['location'] ?? '');
}

/** What the call is called. */
export function idOf({ headers }: Reply): string {
  const location = headers['location'] ?? '';
  const [, id] = lastPart.exec(location) ?? [];
  holds(id !== undefined, `Location is "${location}", and names no call.`);
  return id;
}

export async function hangUp(probe: Probe, reply: Reply): Promise<Reply> {
  return probe.request({ path: `/calls/${idOf(reply)}/hangup` });
}

/** Calls, does something, and hangs up. */
export async function during(
  probe: Probe,
  work: (reply: Reply) => unknown,
  options: Partial<AskOptions> = {},
): Promise<void> {
  const reply = await answered(probe, options);
  try {
    await work(reply);
  } finally {
    for (const line of probe.lines) line.leave();
    await hangUp(probe, reply).catch(() => null);
  }
}

export function join(probe: Probe, id: string): Promise<Line | Reply> {
  return probe.knock({ query: { model: null, call_id: id } });
}

/** Whether the call can be joined no more: by HTTP, or by an error or a close right after. */
async function isRefused(probe: Probe, id: string): Promise<boolean> {
  const found = await join(probe, id);
  if (!(found instanceof Line)) return true;
  const word = await found.until('close without a call', () => found.seen[0] ?? found.closedWith ?? undefined);
  found.leave();
  found.drop();
  return !('type' in word) || word.type === 'error';
}

/** Fails the check where the call is still there. */
export async function isGone(probe: Probe, id: string): Promise<void> {
  holds(await isRefused(probe, id), 'The call is still there.');
}

const lookAgainMs = 500;

/** The same, but the server may need a moment to notice. */
export async function untilGone(probe: Probe, id: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < probe.timeoutMs; waitedMs += lookAgainMs) {
    // oxlint-disable-next-line no-await-in-loop -- look after look
    if (await isRefused(probe, id)) return;
    // oxlint-disable-next-line no-await-in-loop -- look after look
    await probe.pause(lookAgainMs);
  }
  throw new Finding('fail', `The call is still there after ${probe.timeoutMs / 1000} s.`);
}

/** A call over WebRTC whose channel is open. */
export interface LiveCall {
  readonly line: Line;
  readonly reply: Reply;
  /** Says something on the track. */
  readonly say: (sound: Int16Array) => void;
  /** Milliseconds of sound, silence apart, that have come on the track so far. */
  readonly heardMs: () => number;
}

const frameMs = 20;
/** What a sample of silence may come to, after a codec. */
const loud = 300;

/** Calls as a browser does, and waits until the data channel is open. */
export async function connected(probe: Probe, options: Partial<AskOptions> = {}): Promise<LiveCall> {
  const { clock } = probe.endpoint;
  const line = new Line({ clock, timeoutMs: probe.timeoutMs, family: 'realtime', hasMedia: true });
  let isOpen = false;
  let frames = 0;
  const end = await probe.endpoint.call({
    frame: (text) => line.frame(text),
    binary: (bytes) => line.binary(bytes),
    closed: (code, reason) => line.closed(code, reason),
    opened: () => {
      isOpen = true;
      line.look();
    },
    heard(sound) {
      if (sound.some((sample) => Math.abs(sample) > loud)) frames += 1;
      line.look();
    },
  });
  if (end === null) throw absent(noLibrary);
  probe.keep(line, end.channel);
  const reply = await answered(probe, { body: end.offer, ...options });
  await end.answered(reply.body).catch((cause: unknown) => {
    throw new Finding(
      'fail',
      `The answer is none to the offer: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  });
  await line.until('open data channel', () => (isOpen ? true : undefined));
  return { line, reply, say: (sound) => end.say(sound), heardMs: () => frames * frameMs };
}

const noLibrary = 'Not tried: WebRTC needs the package node-datachannel here. Install it: npm install node-datachannel';
