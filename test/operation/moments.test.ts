import { describe, expect, it } from 'vitest';
import { observing } from '../../src/server/observability/observation/observing.ts';
import { typed, update } from '../promises/memory-client.ts';
import { diary, watched } from './watched-client.ts';

const paced = `
seed: 1
hear: [what time is it]
pace: { first_ms: 200, delta_ms: 100, unit: word }
replies: [{ steps: [{ say: "It is noon." }] }]
`;

/** A moment with its times, and nothing else. */
function timesIn(seen: ReturnType<typeof diary>) {
  return seen.moments.map((moment) => ({
    is: moment.is,
    at: moment.at,
    ...('sinceStartMs' in moment ? { start: moment.sinceStartMs } : {}),
    ...('sinceSpeechMs' in moment ? { speech: moment.sinceSpeechMs } : {}),
  }));
}

describe('the moments of a spoken turn', () => {
  it('are timed from the end of speech and from the start of the response', () => {
    const seen = diary();
    const client = watched(seen, paced);
    const start = client.clock.now();
    client.speak(140);
    client.speak(1000, 0);
    client.clock.advance(2000);
    // The vad lets go of speech a window late; then come the 200 ms of silence that end a turn.
    const committed = start + 160 + 200;
    expect(timesIn(seen)).toEqual([
      { is: 'committed', at: committed, speech: 200 },
      { is: 'transcribed', at: committed, speech: 200 },
      { is: 'response_started', at: committed, speech: 200 },
      { is: 'first_token', at: committed + 200, start: 200, speech: 400 },
      { is: 'first_audio', at: committed + 200, start: 200, speech: 400 },
      { is: 'said', at: committed + 400 },
      { is: 'response_done', at: committed + 400, start: 400, speech: 600 },
    ]);
  });

  it('belong to the speech even where the client asks for the answer later', () => {
    const seen = diary();
    const client = watched(seen, paced);
    client.send(update({ audio: { input: { turn_detection: null } } }));
    client.speak(1000);
    client.send({ type: 'input_audio_buffer.commit' });
    client.clock.advance(300);
    client.send({ type: 'response.create' });
    client.clock.advance(2000);
    expect(
      timesIn(seen)
        .filter(({ speech }) => speech !== undefined)
        .map(({ is, speech }) => [is, speech]),
    ).toEqual([
      ['committed', 0],
      ['transcribed', 0],
      ['response_started', 300],
      ['first_token', 500],
      ['first_audio', 500],
      ['response_done', 700],
    ]);
  });
});

it('a session that is known by its events alone has the same moments', () => {
  const seen = diary();
  const client = watched(seen, paced);
  client.send(update({ audio: { input: { transcription: { model: 'whisper-1' } } } }));
  client.send({ type: 'response.cancel' });
  client.speak(140);
  client.speak(1000, 0);
  client.clock.advance(2000);
  client.send(typed('and now?'), { type: 'response.create' });
  client.clock.advance(2000);
  const relayed = diary();
  const observed = observing(relayed.opened());
  for (const event of client.events) observed.see(client.clock.now(), event);
  const withoutTimes = ({ is, ...rest }: (typeof seen.moments)[number]) =>
    Object.entries({ is, ...rest }).filter(([name]) => name !== 'at' && !name.startsWith('since'));
  expect(seen.moments.length).toBeGreaterThan(10);
  expect(relayed.moments.map(withoutTimes)).toEqual(seen.moments.map(withoutTimes));
});

describe('the moments of a typed turn', () => {
  const seen = diary();
  const client = watched(seen, paced);
  client.send(typed('hello', 'item_mine'), { type: 'response.create', response: { output_modalities: ['text'] } });
  client.clock.advance(2000);

  it('count from the start of the response alone, and have no sound', () => {
    expect(timesIn(seen).map(({ is, speech, start }) => [is, speech, start])).toEqual([
      ['typed', undefined, undefined],
      ['response_started', null, undefined],
      ['first_token', null, 200],
      ['said', undefined, undefined],
      ['response_done', null, 400],
    ]);
  });

  it('hold the words, for whoever wants them', () => {
    expect(seen.moments).toContainEqual(expect.objectContaining({ is: 'typed', itemId: 'item_mine', text: 'hello' }));
    expect(seen.moments).toContainEqual(expect.objectContaining({ is: 'said', text: 'It is noon.' }));
  });
});

it('text typed after speech makes the next response an answer to the text', () => {
  const seen = diary();
  const client = watched(seen, paced);
  client.send(update({ audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } } }));
  client.speak(140);
  client.speak(800, 0);
  client.send(typed('rather this'), { type: 'response.create' });
  client.clock.advance(2000);
  const started = seen.moments.find((moment) => moment.is === 'response_started');
  expect(started).toMatchObject({ sinceSpeechMs: null });
});

it('an out-of-band response leaves the turn to the one that answers it', () => {
  const seen = diary();
  const client = watched(seen, paced);
  client.send(update({ audio: { input: { turn_detection: null } } }));
  client.speak(600);
  client.send({ type: 'input_audio_buffer.commit' });
  client.send({ type: 'response.create', response: { conversation: 'none' } }, { type: 'response.create' });
  const started = seen.moments.filter((moment) => moment.is === 'response_started');
  expect(started.map(({ sinceSpeechMs }) => sinceSpeechMs)).toEqual([null, 0]);
});

it('silence that the idle timeout commits is nobody’s turn', () => {
  const seen = diary();
  const client = watched(seen, paced);
  const detection = { type: 'server_vad', idle_timeout_ms: 5000 };
  client.send(update({ audio: { input: { turn_detection: detection } } }));
  client.send(typed('hello'), { type: 'response.create' });
  client.clock.advance(1000);
  client.speak(8_000, 0);
  expect(client.events.map(({ type }) => type)).toContain('input_audio_buffer.timeout_triggered');
  expect(seen.moments.find((moment) => moment.is === 'committed')).toMatchObject({ sinceSpeechMs: null });
  const started = seen.moments.filter((moment) => moment.is === 'response_started');
  expect(started.map(({ sinceSpeechMs }) => sinceSpeechMs)).toEqual([null, null]);
});

it('mistakes, calls and failed transcriptions are told with their codes', () => {
  const seen = diary();
  const client = watched(
    seen,
    `
seed: 1
hear: [{ fail: { code: audio_unintelligible, message: "No." } }]
replies: [{ steps: [{ call: { name: look, arguments: { where: here } } }, { fail: { code: odd, message: "Broken." } }] }]
`,
  );
  client.send({ type: 'response.cancel' });
  client.speak(140);
  client.speak(1000, 0);
  const told = seen.moments.map((moment) => [
    moment.is,
    'code' in moment ? moment.code : moment.is === 'tool_call' ? `${moment.kind} ${moment.name}` : undefined,
  ]);
  expect(told).toEqual([
    ['error', 'response_cancel_not_active'],
    ['committed', undefined],
    ['transcription_failed', 'audio_unintelligible'],
    ['response_started', undefined],
    ['first_token', undefined],
    ['tool_call', 'function look'],
    ['response_done', undefined],
  ]);
});
