import { box, type Figure, label, line } from './figure.ts';

const [up, events, down] = [66, 156, 246];

export const call: Figure = {
  name: 'call',
  title: 'The path of sound in a call',
  description:
    'The microphone of the browser goes over UDP to the server, which decodes it, finds turns, transcribes them, asks the language model, speaks the answer and sends it in packets of 20 ms over UDP to the speaker. Events go over a data channel between the page and the session. A program of yours may join the session by a WebSocket, the sideband.',
  width: 800,
  height: 410,
  shapes: [
    box([16, 16], [216, 286], 'blue', ['Browser'], { label: 'top' }),
    box([360, 16], [424, 286], 'green', ['Server'], { label: 'top' }),
    box([32, up - 16], [184, 56], 'plain', ['microphone', 'echo cancelled']),
    box([32, events - 16], [184, 56], 'plain', ['your page', 'sends and gets events']),
    box([32, down - 16], [184, 56], 'plain', ['speaker', 'lost packets concealed']),
    box([376, up - 16], [106, 56], 'plain', ['receiver', 'puts in order']),
    box([508, up - 16], [104, 56], 'violet', ['vad', 'finds turns']),
    box([640, up - 16], [128, 56], 'violet', ['transcriber', 'makes text']),
    box([376, events - 16], [236, 56], 'plain', ['session', 'turns, items, responses']),
    box([640, events - 16], [128, 56], 'violet', ['language', 'model']),
    box([640, down - 16], [128, 56], 'violet', ['synthesizer', 'clause by clause']),
    box([376, down - 16], [236, 56], 'plain', ['player', 'knows how much was heard']),
    box([376, 344], [236, 50], 'blue', ['your own program', 'instructions, tools']),
    line([216, up + 12], [376, up + 12], { colour: 'blue' }),
    line([482, up + 12], [508, up + 12], { colour: 'blue' }),
    line([612, up + 12], [640, up + 12], { colour: 'blue' }),
    line([704, up + 40], [704, events - 16], { colour: 'violet' }),
    line([704, events + 40], [704, down - 16], { colour: 'violet' }),
    line([640, down + 12], [612, down + 12], { colour: 'violet' }),
    line([376, down + 12], [216, down + 12], { colour: 'violet' }),
    line([216, events + 12], [376, events + 12], { heads: 'both', dashed: true }),
    line([502, 344], [502, 302], { heads: 'both', dashed: true }),
    label([296, up + 2], 'Opus over UDP', { anchor: 'middle' }),
    label([296, events + 2], 'data channel', { anchor: 'middle' }),
    label([296, down + 2], 'Opus over UDP', { anchor: 'middle' }),
    label([514, 328], 'sideband: a second connection'),
  ],
};
