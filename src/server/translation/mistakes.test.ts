import { describe, expect, it } from 'vitest';
import { babble, joined, loud, modelOf, openInMemory, quiet, words } from '../../../test/translation/memory-session.ts';
import { scenarioModel } from '../../engines/scenario/model.ts';
import { readScenario } from '../../engines/scenario/read.ts';

const scripted = (yaml: string) => scenarioModel(readScenario(yaml, 'scenario.yaml'));

const french = scripted(`
seed: 7
translate:
  - { input: bonjour, output: good morning }
  - { input: merci, output: thank you }
`);

const listens = { type: 'session.update', session: { audio: { input: { transcription: { model: 'w' } } } } };

describe('a mistake in a translation session', () => {
  const append = (audio: string) =>
    JSON.stringify({ type: 'session.input_audio_buffer.append', event_id: 'e1', audio });
  const update = (session: object) => JSON.stringify({ type: 'session.update', event_id: 'e1', session });
  const event = (type: string) => JSON.stringify({ type, event_id: 'e1' });
  const three = "Supported values are: 'session.update', 'session.input_audio_buffer.append', 'session.close'.";

  it.each([
    ['text that is no JSON', '{', 'invalid_json', null, null, 'Invalid event: failed to parse JSON value'],
    ['JSON that is no object', '[]', 'invalid_event', null, null, ''],
    ['an event without a type', '{"event_id":"e1"}', 'invalid_event', null, 'e1', ''],
    [
      'an event of a realtime session',
      event('response.create'),
      'invalid_value',
      'type',
      'e1',
      `Invalid value: 'response.create'. ${three}`,
    ],
    ['the append of a realtime session', event('input_audio_buffer.append'), 'invalid_value', 'type', 'e1', three],
    ['a commit', event('input_audio_buffer.commit'), 'invalid_value', 'type', 'e1', three],
    ['an update without a session', event('session.update'), 'missing_required_parameter', 'session', 'e1', ''],
    ['another model', update({ model: 'other' }), 'unknown_parameter', 'session.model', 'e1', ''],
    ['another type', update({ type: 'realtime' }), 'invalid_value', 'session.type', 'e1', ''],
    [
      'turn detection',
      update({ audio: { input: { turn_detection: null } } }),
      'unknown_parameter',
      'session.audio.input.turn_detection',
      'e1',
      '',
    ],
    [
      'a voice',
      update({ audio: { output: { voice: 'marin' } } }),
      'unknown_parameter',
      'session.audio.output.voice',
      'e1',
      '',
    ],
    [
      'a language that is no text',
      update({ audio: { output: { language: 1 } } }),
      'invalid_type',
      'session.audio.output.language',
      'e1',
      '',
    ],
    [
      'transcription without a model',
      update({ audio: { input: { transcription: {} } } }),
      'missing_required_parameter',
      'session.audio.input.transcription.model',
      'e1',
      '',
    ],
    [
      'an unknown noise reduction',
      update({ audio: { input: { noise_reduction: { type: 'x' } } } }),
      'invalid_value',
      'session.audio.input.noise_reduction.type',
      'e1',
      '',
    ],
    [
      'an append without audio',
      event('session.input_audio_buffer.append'),
      'missing_required_parameter',
      'audio',
      'e1',
      '',
    ],
    ['audio that is no base64', append('%%%'), 'invalid_value', 'audio', 'e1', "Invalid 'audio'"],
    [
      'an append of more than 15 MiB',
      append('A'.repeat(21_000_000)),
      'string_above_max_length',
      'audio',
      'e1',
      "Invalid 'audio'",
    ],
    [
      'a field that nobody knows',
      '{"type":"session.close","event_id":"e1","now":true}',
      'unknown_parameter',
      'now',
      'e1',
      '',
    ],
  ])('such as %s is told, and the session goes on', (_, frame, code, param, eventId, message) => {
    const session = openInMemory(french, { limits: { frameBytes: 30_000_000 } });
    session.wire.send(frame);
    expect(session.events.slice(1)).toEqual([
      {
        type: 'error',
        event_id: expect.stringMatching(/^event_/),
        error: {
          type: 'invalid_request_error',
          code,
          param,
          event_id: eventId,
          message: expect.stringContaining(message),
        },
      },
    ]);
    session.append(babble(1200, 800));
    expect(words(session).said).toBe('good morning');
  });

  it('such as a binary frame is told, and the session goes on', () => {
    const session = openInMemory(french);
    session.wire.sendBinary(10);
    expect(session.events[1]).toMatchObject({ type: 'error', error: { code: 'invalid_event', event_id: null } });
    session.send(listens);
    expect(session.types().at(-1)).toBe('session.updated');
  });

  it('such as an update that is half wrong changes nothing', () => {
    const session = openInMemory(french);
    session.wire.send(update({ audio: { output: { language: 'es' }, input: { transcription: 3 } } }));
    session.send({ type: 'session.update', session: {} });
    expect(session.events.at(-1)).toMatchObject({ session: { audio: { output: { language: 'en' } } } });
  });

  it('such as audio faster than it can be translated is told, and dropped', () => {
    const session = openInMemory(
      modelOf(() => [{ type: 'wait', ms: 1000 }]),
      { limits: { bufferedAudioSeconds: 2 } },
    );
    session.append(joined(loud(1000), quiet(500)));
    session.append(loud(600));
    expect(session.events.at(-1)).toMatchObject({ error: { code: 'input_audio_buffer_full', param: 'audio' } });
    session.clock.advance(1000);
    session.append(loud(600));
    expect(session.types().filter((type) => type === 'error')).toHaveLength(1);
  });
});
