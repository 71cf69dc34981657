import { interrupts } from './audio-laws.ts';
import { ClientView } from './client-view.ts';
import { breach, type Law } from './law.ts';
import { type Sent, soleEvent, type Trace } from './trace.ts';

/** How far the sound of each response is, as the events tell. */
type Heard = Map<string, 'started' | 'over'>;

function endsOnce(trace: Trace): string | null {
  const heard: Heard = new Map();
  const view = new ClientView();
  for (const sent of trace.events) {
    const problem = outOfStep(heard, view, sent);
    if (problem !== null) return breach(sent, problem);
    view.read(sent.event);
  }
  const [endless] = [...heard].find(([, state]) => state === 'started') ?? [];
  return trace.closedIn !== null || endless === undefined ? null : `the sound of ${endless} never ended`;
}

function outOfStep(heard: Heard, { ended }: ClientView, { event }: Sent): string | null {
  switch (event.type) {
    case 'output_audio_buffer.started': {
      const before = heard.get(event.response_id);
      heard.set(event.response_id, 'started');
      return before === undefined ? null : 'it was started before';
    }
    case 'output_audio_buffer.stopped':
    case 'output_audio_buffer.cleared': {
      const before = heard.get(event.response_id);
      heard.set(event.response_id, 'over');
      if (before !== 'started') return before === undefined ? 'it was never started' : 'it was over before';
      const isEarly = event.type === 'output_audio_buffer.stopped' && !ended.includes(event.response_id);
      return isEarly ? 'the response goes on' : null;
    }
    default:
      return null;
  }
}

/** A client's clear, and speech that interrupts, leave nothing that is still heard (behaviour §2.6). */
function clearsAll(trace: Trace): string | null {
  const open = new Set<string>();
  const view = new ClientView();
  for (const [index, moment] of trace.moments.entries()) {
    const isInterrupting = interrupts(view);
    for (const event of moment.sent) {
      if (event.type === 'output_audio_buffer.started') open.add(event.response_id);
      if (event.type === 'output_audio_buffer.stopped' || event.type === 'output_audio_buffer.cleared') {
        open.delete(event.response_id);
      }
      view.read(event);
    }
    const isCleared =
      soleEvent(moment)?.type === 'output_audio_buffer.clear' ||
      (isInterrupting && moment.sent.some(({ type }) => type === 'input_audio_buffer.speech_started'));
    if (isCleared && trace.hasMedia && open.size > 0 && index !== trace.closedIn) {
      return `moment ${index}: ${[...open].join(', ')} is heard all the same`;
    }
  }
  return null;
}

/** Law 23 of behaviour §9. */
export const playbackLaws: readonly Law[] = [
  { number: '23', says: 'sound that was started is stopped or cleared, once', broken: endsOnce },
  { number: '23, clear', says: 'a clear, and speech that interrupts, leave nothing that is heard', broken: clearsAll },
];
