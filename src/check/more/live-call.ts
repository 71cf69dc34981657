import type { Reply } from '../endpoint.ts';
import { absent, Finding } from '../finding.ts';
import { type Seen, same, textAt } from '../json.ts';
import { Line } from '../line.ts';
import type { AskOptions, Probe } from '../probe.ts';
import { running } from '../turns.ts';
import { answered } from './call.ts';

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

/** A call that has been greeted. */
export async function greeted(probe: Probe): Promise<LiveCall> {
  const call = await connected(probe);
  await call.line.get('session.created');
  return call;
}

/** The first event of a type that the line has seen, or sees. */
export function event(line: Line, type: string, fits: (event: Seen) => boolean = () => true): Promise<Seen> {
  return line.until(type, () => line.seen.find((each) => each.type === type && fits(each)));
}

/** So much sound is no click. */
const leastMs = 40;

/** Waits until an answer is heard. */
export function heard({ line, heardMs }: LiveCall, ms = leastMs): Promise<true> {
  return line.until(`${ms} ms of sound on the track`, () => (heardMs() >= ms ? true : undefined));
}

/** A spoken answer that is being played. */
export async function playing(probe: Probe): Promise<[call: LiveCall, response: string]> {
  const call = await greeted(probe);
  const { line } = call;
  await running(line, 'audio', () => {});
  const started = await event(line, 'output_audio_buffer.started');
  return [call, textAt(started, 'response_id')];
}

/** What ends by itself within so many milliseconds of a clear may have crossed it; what plays on longer was not silenced. */
const crossingMs = 2000;

/** Clears what is being played of a response, and waits until the server says that it is silent. */
export async function silenced({ endpoint }: Probe, line: Line, response: string): Promise<void> {
  line.story.races();
  const clearedAt = endpoint.clock.now();
  line.send({ type: 'output_audio_buffer.clear' });
  const end = await line.until('output_audio_buffer.cleared', () =>
    line.seen.find(({ type }) => /^output_audio_buffer\.(?:cleared|stopped)$/.test(type)),
  );
  line.leave();
  if (end.type.endsWith('cleared')) return same(end, 'response_id', response);
  const playedMs = endpoint.clock.now() - clearedAt;
  if (playedMs < crossingMs) throw absent('The answer was through before it could be cleared.');
  throw new Finding('fail', `It was played on to its end, for ${Math.round(playedMs / 1000)} s.`);
}
