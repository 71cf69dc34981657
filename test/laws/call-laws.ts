import type { RunLaw } from './sweep.ts';
import type { WireRun } from './wire-run.ts';

/** Sound has a way of its own: no frame brings any. */
function sendsNoSound({ trace, frames }: WireRun): string | null {
  const delta = trace.events.find(({ event }) => event.type === 'response.output_audio.delta');
  if (delta !== undefined) return `event ${delta.at} brings sound`;
  const heard = frames.find((frame) => frame.startsWith('{"type":"conversation.item.retrieved"') && hasAudio(frame));
  return heard === undefined ? null : `sound is retrieved: ${heard.slice(0, 300)}`;
}

function hasAudio(frame: string): boolean {
  return /"audio":"/.test(frame);
}

/** No packet has sound of a response after clients were told that it was cleared. */
function isSilentOnceCleared({ trace, call }: WireRun): string | null {
  const responses = new Map<string, string>();
  for (const { event } of trace.events) {
    if (event.type === 'response.output_item.added') responses.set(event.item.id ?? '', event.response_id);
  }
  for (const { at, itemIds } of call?.packets ?? []) {
    for (const id of itemIds) {
      const clearedAt = call?.clearedAt.get(responses.get(id) ?? '');
      if (clearedAt !== undefined && at > clearedAt) return `${id} is played ${at - clearedAt} ms after it was cleared`;
    }
  }
  return null;
}

/** What only a whole session shows whose sound goes by a track. */
export const callLaws: readonly RunLaw<WireRun>[] = [
  { number: '23, wires', says: 'no sound of a call goes over a wire', broken: sendsNoSound },
  { number: '23, packets', says: 'no packet has sound of a response that was cleared', broken: isSilentOnceCleared },
];
