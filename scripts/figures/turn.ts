import { box, type Figure, label, line, type Shape, wave } from './figure.ts';

const left = 150;
const pixelsPerSecond = 124;

/** Where a moment of the turn stands. */
const at = (seconds: number): number => left + Math.round(seconds * pixelsPerSecond);

const lanes = { user: 70, events: 150, sent: 384, played: 444 };

/** A measure over a span of time, with its name above or below. */
function span(from: number, to: number, y: number, text: string, side: 'above' | 'below' = 'above'): readonly Shape[] {
  const middle = (at(from) + at(to)) / 2;
  return [
    line([at(from), y], [at(to), y], { heads: 'both' }),
    label([middle, side === 'above' ? y - 8 : y + 18], text, { anchor: 'middle' }),
  ];
}

/** An event on the line of events, with its name in a row below. */
function event(seconds: number, row: number, text: string, anchor: 'start' | 'end' = 'end'): readonly Shape[] {
  const y = lanes.events + row * 23;
  return [
    line([at(seconds), lanes.events], [at(seconds), y + 6], { heads: 'none' }),
    label([at(seconds) + (anchor === 'start' ? 6 : -6), y + 4], text, { style: 'code', anchor }),
  ];
}

const lane = (y: number, first: string, second: string): readonly Shape[] => [
  label([16, y], first, { style: 'name' }),
  label([16, y + 18], second),
];

export const turn: Figure = {
  name: 'turn',
  title: 'A turn on the time axis',
  description:
    'The user speaks, and speech_started follows shortly. After silence_duration_ms of silence the server sends speech_stopped and committed, then response.created and the sound of the answer. The answer is sent faster than it is played. When the user speaks again, the client stops playing and truncates the item at the time to which it was heard.',
  width: 800,
  height: 514,
  shapes: [
    ...lane(lanes.user, 'The user', 'speaks'),
    ...lane(lanes.events, 'Events', 'between the two'),
    ...lane(lanes.sent, 'The answer', 'as it is sent'),
    ...lane(lanes.played, 'The answer', 'as it is played'),
    line([left, lanes.user], [790, lanes.user], { heads: 'none' }),
    wave([at(0.4), lanes.user], 1.3 * pixelsPerSecond, 44, 'blue'),
    wave([at(4), lanes.user], 1 * pixelsPerSecond, 44, 'blue'),
    ...span(0.02, 0.4, lanes.user + 34, 'prefix_padding_ms', 'below'),
    ...span(1.7, 2.2, lanes.user - 26, 'silence_duration_ms'),
    line([left, lanes.events], [790, lanes.events]),
    ...event(0.5, 1, 'speech_started', 'start'),
    ...event(2.2, 2, 'speech_stopped'),
    ...event(2.22, 3, 'committed'),
    ...event(2.26, 4, 'response.created'),
    ...event(2.6, 5, 'response.output_audio.delta …'),
    ...event(3.35, 6, 'response.done'),
    ...event(4.1, 7, 'speech_started'),
    ...event(4.14, 8, 'conversation.item.truncate'),
    box([at(2.6), lanes.sent - 14], [0.75 * pixelsPerSecond, 28], 'violet', []),
    line([left, lanes.played], [790, lanes.played], { heads: 'none' }),
    wave([at(2.7), lanes.played], 1.4 * pixelsPerSecond, 36, 'violet'),
    box([at(4.12), lanes.played - 18], [0.98 * pixelsPerSecond, 36], 'red', ['not heard'], { dashed: true }),
    ...span(2.7, 4.1, lanes.played + 32, 'audio_end_ms', 'below'),
    ...span(1.7, 2.7, lanes.played + 32, 'what the user waits for', 'below'),
  ],
};
