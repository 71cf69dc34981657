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

function isNamed({ headers }: Reply): boolean {
  return lastPart.test(headers['location'] ?? '');
}

/** What the call is called. */
export function idOf({ headers }: Reply): string {
  const location = headers['location'] ?? '';
  const [, id] = lastPart.exec(location) ?? [];
  holds(id !== undefined, `Location is "${location}", and names no call.`);
  return id;
}

/** The same, where it matters what the call is called, and not whether it is called anything. */
export function nameOf(reply: Reply): string {
  if (!isNamed(reply)) throw absent('Nothing names the call.');
  return idOf(reply);
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

/** Whoever refuses a good call refuses others for no better reason: calls are absent. */
export function hasCalls(probe: Probe): Promise<void> {
  return during(probe, () => {});
}

export function join(probe: Probe, id: string): Promise<Line | Reply> {
  return probe.knock({ query: { model: null, call_id: id }, hasMedia: true });
}

/** A sideband of the call. */
export async function joined(probe: Probe, reply: Reply): Promise<Line> {
  const found = await join(probe, nameOf(reply));
  if (found instanceof Line) return found;
  throw absent(`The call cannot be joined: HTTP ${found.status}.`);
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
