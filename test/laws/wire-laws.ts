import { decodeSamples } from '../../src/audio/node/index.ts';
import { bytesPerMs, ClientView } from '../../src/laws/client-view.ts';
import type { ServerEvent } from '../../src/laws/trace.ts';
import { parseServerEvent } from '../../src/protocol/parse.ts';
import type { Item } from '../../src/protocol/types.ts';
import type { RunLaw } from './sweep.ts';
import type { StreamedSound } from './wire-engines.ts';
import type { WireRun } from './wire-run.ts';

/** The sound that a retrieved message brings; null where it brings none. */
function soundOf(item: Item): Buffer | null {
  if (item.type !== 'message') return null;
  const [part] = item.content;
  return part !== undefined && 'audio' in part && typeof part.audio === 'string'
    ? Buffer.from(part.audio, 'base64')
    : null;
}

function framesAreValid({ frames }: WireRun): string | null {
  for (const frame of frames) {
    const parsed = parseServerEvent(frame);
    if (!parsed.ok) return `${frame.slice(0, 300)}: ${parsed.error.message}`;
    if (!parsed.known) return `the API knows no such event: ${frame.slice(0, 300)}`;
  }
  return null;
}

/** Bytes of the appends that were not refused, in order. */
function accepted({ appended, trace }: WireRun): Buffer {
  const refused = new Set(
    trace.events.flatMap(({ event }) =>
      event.type === 'error' && event.error.code === 'input_audio_buffer_full' ? [event.error.event_id] : [],
    ),
  );
  return Buffer.concat(appended.filter(({ eventId }) => !refused.has(eventId)).map(({ bytes }) => bytes));
}

/**
 * What a committed item holds is a stretch of what was appended, after the stretch of the item before it. Stretches that
 * an update of the format cuts through are converted, and not looked for.
 */
function heardIsAppended(run: WireRun): string | null {
  const stream = accepted(run);
  const last = new Map<string, Buffer>();
  for (const { event } of run.trace.events) {
    const sound = event.type === 'conversation.item.retrieved' ? soundOf(event.item) : null;
    if (event.type === 'conversation.item.retrieved' && sound !== null) last.set(event.item.id ?? '', sound);
  }
  let from = 0;
  for (const id of plainCommits(run)) {
    const sound = last.get(id);
    if (sound === undefined) continue;
    const at = stream.indexOf(sound, from);
    if (at < 0) return `the ${sound.byteLength} bytes of ${id} were not appended after byte ${from}`;
    from = at + sound.byteLength;
  }
  return null;
}

/** Ids of committed items, in order, whose sound came in one format from beginning to end, and that stayed. */
function plainCommits({ trace }: WireRun): string[] {
  const view = new ClientView();
  const ids: string[] = [];
  let isMixed = false;
  for (const { event } of trace.events) {
    const format = JSON.stringify(view.input.format);
    view.read(event);
    if (event.type === 'session.updated') isMixed ||= JSON.stringify(view.input.format) !== format;
    if (event.type === 'input_audio_buffer.committed' && !isMixed) ids.push(event.item_id);
    if (event.type === 'input_audio_buffer.committed' || event.type === 'input_audio_buffer.cleared') isMixed = false;
    if (event.type === 'conversation.item.deleted') remove(ids, event.item_id);
  }
  return ids;
}

function remove(ids: string[], id: string): void {
  const at = ids.indexOf(id);
  if (at >= 0) ids.splice(at, 1);
}

/** With turn detection off a commit takes all that waits, to the byte; an odd byte stays for the next append. */
function commitsTakeAll(run: WireRun): string | null {
  const { trace } = run;
  const view = new ClientView();
  const expected = new Map<string, number>();
  let waiting: number | null = 0;
  for (const { causes, sent } of trace.moments) {
    const [cause] = causes;
    const isFull = sent.some((event) => event.type === 'error' && event.error.code === 'input_audio_buffer_full');
    const isPlain = causes.length === 1 && view.input.turn_detection === null;
    if (!isPlain) waiting = null;
    else if (cause?.by === 'microphone' && waiting !== null && !isFull) waiting += cause.bytes;
    for (const event of sent) {
      const format = JSON.stringify(view.input.format);
      view.read(event);
      if (event.type === 'input_audio_buffer.committed') {
        const spare: number = waiting === null ? 0 : waiting % (bytesPerMs(view.input.format ?? {}) === 48 ? 2 : 1);
        if (waiting !== null) expected.set(event.item_id, waiting - spare);
        waiting = waiting === null ? null : spare;
      }
      if (event.type === 'conversation.item.deleted') expected.delete(event.item_id);
      if (event.type === 'input_audio_buffer.cleared') waiting = isPlain ? 0 : null;
      if (event.type === 'session.updated' && JSON.stringify(view.input.format) !== format) waiting = null;
      const problem = event.type === 'conversation.item.retrieved' ? wrongLength(expected, event.item) : null;
      if (problem !== null) return problem;
    }
  }
  return null;
}

function wrongLength(expected: ReadonlyMap<string, number>, item: Item): string | null {
  const due = expected.get(item.id ?? '');
  const bytes = soundOf(item)?.byteLength;
  if (due === undefined || bytes === undefined || bytes === due) return null;
  return `${item.id} holds ${bytes} bytes of the ${due} that were appended for it`;
}

/** What is heard of a response is the beginning of what its model said; and an item is retrieved as it was heard. */
function saidIsSent({ trace, engines }: WireRun): string | null {
  const view = new ClientView();
  const heard = new Map<string, Buffer>();
  const items = new Map<string, Buffer>();
  for (const { event } of trace.events) {
    if (event.type === 'response.output_audio.delta') {
      const delta = Buffer.from(event.delta, 'base64');
      heard.set(event.response_id, Buffer.concat([heard.get(event.response_id) ?? Buffer.alloc(0), delta]));
      items.set(event.item_id, Buffer.concat([items.get(event.item_id) ?? Buffer.alloc(0), delta]));
    }
    const problem = retrievedOtherwise(view, items, event);
    if (problem !== null) return problem;
    view.read(event);
  }
  for (const [id, bytes] of heard) {
    const said = engines.said.get(id)?.bytes ?? Buffer.alloc(0);
    if (!said.subarray(0, bytes.byteLength).equals(bytes)) return `${id} is not heard as it was said`;
  }
  return null;
}

function retrievedOtherwise(view: ClientView, items: ReadonlyMap<string, Buffer>, event: ServerEvent): string | null {
  if (event.type !== 'conversation.item.retrieved') return null;
  const sound = soundOf(event.item);
  const sent = items.get(event.item.id ?? '');
  const held = view.speech.get(event.item.id ?? '');
  if (sound === null || sent === undefined || held === undefined) return null;
  return sent.subarray(0, held.bytes).equals(sound) ? null : `${event.item.id} is not retrieved as it was heard`;
}

/** Speech that was streamed was heard as its item holds it, sample for sample; to its end, where somebody listened. */
function streamedIsKept(run: WireRun): string | null {
  const items = new Map<string, Buffer>();
  for (const { event } of run.trace.events) {
    const sound = event.type === 'conversation.item.retrieved' ? soundOf(event.item) : null;
    if (event.type === 'conversation.item.retrieved' && sound !== null) items.set(event.item.id ?? '', sound);
  }
  for (const id of plainCommits(run)) {
    const kept = items.get(id);
    const speech = run.engines.streamed.get(id);
    if (kept === undefined || speech === undefined) continue;
    if (!speech.isOver) return `the sound of ${id} has no end`;
    const isKept = (['audio/pcm', 'audio/pcmu', 'audio/pcma'] as const).some((format) =>
      isHeardOf(decodeSamples(kept, format), speech),
    );
    if (!isKept) return `${id} was heard otherwise than it is kept`;
  }
  return null;
}

/** Whether speech is these samples; of speech that was not heard to its end, the first of them. */
function isHeardOf(samples: Int16Array, { pieces, isPatient }: StreamedSound): boolean {
  const heard = pieces.reduce((sum, piece) => sum + piece.samples.length, 0);
  if (isPatient ? heard !== samples.length : heard > samples.length) return false;
  let at = 0;
  return pieces.every((piece) => piece.samples.every((sample) => sample === samples[at++]));
}

function everythingEnds({ engines, late, timers, trace }: WireRun): string | null {
  if (trace.closedIn === null) return 'the wire never closed';
  if (late.length > 0) return `sent after the close: ${late[0]}`;
  if (timers > 0) return `${timers} timers go on`;
  if (engines.open !== 0) return `${engines.open} sources of pieces are still open`;
  if (engines.preempted !== 0) return `${engines.preempted} turns are still preempted`;
  return engines.closed === 1 ? null : `the model was closed ${engines.closed} times`;
}

/** What only a whole session on a wire shows. */
export const wireLaws: readonly RunLaw<WireRun>[] = [
  {
    number: '18, bytes',
    says: 'an item holds what was appended, byte for byte, and nothing twice',
    broken: heardIsAppended,
  },
  { number: '18, all', says: 'a commit without turn detection takes every byte', broken: commitsTakeAll },
  { number: '18, streamed', says: 'speech is streamed sample for sample as its item holds it', broken: streamedIsKept },
  { number: '21, bytes', says: 'what a model says is sent and retrieved byte for byte', broken: saidIsSent },
  { number: '26, teardown', says: 'the end of a session ends everything that it began, once', broken: everythingEnds },
  { number: '30, frames', says: 'every frame is an event of the API', broken: framesAreValid },
];
