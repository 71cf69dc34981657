import { describe, expect, it } from 'vitest';
import { type SessionScript, sessionScript } from '../../src/testing/session-script.ts';
import { meet, update } from './memory-client.ts';

const silent = '{}';

/** What the newest response was asked of the model. */
function asked(script: SessionScript) {
  const effect = script.effects.find((each) => each.do === 'respond');
  if (effect?.do !== 'respond') throw new Error('No response was started.');
  return effect.request;
}

describe('an update of the session', () => {
  it('keeps the tools that it leaves out', () => {
    const client = meet(silent);
    client.send(update({ tools: [{ type: 'function', name: 'f' }] }));
    expect(client.send(update({ instructions: 'Hi.' }))).toMatchObject([
      { type: 'session.updated', session: { instructions: 'Hi.', tools: [{ type: 'function', name: 'f' }] } },
    ]);
  });

  it('is answered under an event_id of the server’s, without the client’s', () => {
    const client = meet(silent);
    const [updated] = client.send({ ...update({ instructions: 'Hi.' }), event_id: 'mine' });
    expect(updated).toMatchObject({ type: 'session.updated', event_id: expect.stringMatching(/^event_/) });
    expect(JSON.stringify(updated)).not.toContain('mine');
  });

  it('shows the prompt that it names, beside fields given directly', () => {
    const client = meet(silent);
    const prompt = { id: 'pmpt_1', version: '2', variables: { name: 'Ann' } };
    expect(client.send(update({ prompt, instructions: 'Hi.' }))).toMatchObject([
      { session: { prompt, instructions: 'Hi.' } },
    ]);
  });

  it.each([
    ['realtime', 'transcription', 'test'],
    ['transcription', 'realtime', null],
  ] as const)('cannot make a %s session a %s session, and says so', (from, to, model) => {
    const [error] = meet(silent, model).send({ type: 'session.update', session: { type: to } });
    expect(error).toMatchObject({ error: { code: 'invalid_parameter', param: 'session.type' } });
    expect(JSON.stringify(error)).toContain(`a ${to} session update event to a ${from} session`);
  });

  it('in the words of the beta is unknown', () => {
    expect(meet(silent).send({ type: 'transcription_session.update', session: {} })).toMatchObject([
      { type: 'error', error: { code: 'invalid_value', param: 'type' } },
    ]);
  });

  it('brings another speed to the next response, not to the one that runs', () => {
    const script = sessionScript();
    script.client({ type: 'response.create' });
    const first = asked(script);
    script.client({ type: 'session.update', session: { type: 'realtime', audio: { output: { speed: 1.5 } } } });
    expect(first.speed).toBe(1);
    script.model(first.responseId, { type: 'end' });
    script.client({ type: 'response.create' });
    expect(asked(script).speed).toBe(1.5);
  });
});
