import { describe, expect, it } from 'vitest';
import { type SessionScript, sessionScript, typesOf } from '../../testing/session-script.ts';
import { ticksPerMs } from '../audio-clock.ts';
import type { ModelOutput } from '../response/model-output.ts';
import { restore, snapshot } from '../snapshot.ts';
import { step } from '../step.ts';

const audio = (ms: number): ModelOutput => ({ type: 'audio', audio: new Uint8Array(ms * 48) });
const words: ModelOutput = { type: 'text', text: 'one two three four' };
const end: ModelOutput = { type: 'end' };

const ofCall = (): SessionScript => sessionScript({ hasMedia: true });

/** Creates a response that says so; gives its id and that of its first item. */
function respond(session: SessionScript, outputs: readonly ModelOutput[], outOfBand = false) {
  const response = outOfBand ? { conversation: 'none' } : {};
  const [created] = session.client({ type: 'response.create', response });
  const responseId = created?.type === 'response.created' ? (created.response.id ?? '') : '';
  const said = session.model(responseId, ...outputs);
  const added = said.find(({ type }) => type === 'response.output_item.added');
  const itemId = added?.type === 'response.output_item.added' ? (added.item.id ?? '') : '';
  return { responseId, itemId, said };
}

function played(session: SessionScript, itemId: string, ms: number) {
  return session.feed({ from: 'playback', say: 'played', itemId, contentIndex: 0, ticks: ms * ticksPerMs });
}

function wordsOf(session: SessionScript, itemId: string): string | null | undefined {
  session.client({ type: 'response.create' });
  const asked = session.effects.find((effect) => effect.do === 'respond');
  return asked?.do === 'respond' ? asked.request.items.find(({ item }) => item.id === itemId)?.words : undefined;
}

const outputEvents = (events: Parameters<typeof typesOf>[0]) =>
  typesOf(events).filter((type) => type.startsWith('output_audio_buffer') || type.endsWith('truncated'));

describe('sound that the server plays', () => {
  it('is started with its first sound, and stopped when all of it was heard of a response that is over', () => {
    const session = ofCall();
    const { itemId, said, responseId } = respond(session, [words, audio(100)]);
    const types = typesOf(said);
    expect(types.at(-2)).toBe('output_audio_buffer.started');
    expect(types.indexOf('response.content_part.added')).toBeLessThan(types.length - 2);
    expect(played(session, itemId, 100)).toEqual([]);
    expect(typesOf(session.model(responseId, audio(40), end)).at(-1)).toBe('rate_limits.updated');
    expect(played(session, itemId, 120)).toEqual([]);
    expect(played(session, itemId, 140)).toMatchObject([
      { type: 'output_audio_buffer.stopped', response_id: responseId },
    ]);
    expect(session.session.playback).toEqual({ responses: [], thenIdle: false });
  });

  it('of two responses is started one after the other, as they are heard', () => {
    const session = ofCall();
    const first = respond(session, [audio(100), end]);
    const second = respond(session, [audio(100), end]);
    expect(outputEvents(second.said)).toEqual([]);
    expect(outputEvents(played(session, first.itemId, 100))).toEqual(['output_audio_buffer.stopped']);
    expect(outputEvents(played(session, second.itemId, 20))).toEqual(['output_audio_buffer.started']);
  });

  it('is cut by speech to the whole milliseconds that were played, before the response is cancelled', () => {
    const session = ofCall();
    const { itemId } = respond(session, [words, audio(1000)]);
    session.feed({ from: 'playback', say: 'played', itemId, contentIndex: 0, ticks: 500 * ticksPerMs + 23 });
    const said = session.hear(1, 60);
    expect(typesOf(said).slice(0, 4)).toEqual([
      'input_audio_buffer.speech_started',
      'output_audio_buffer.cleared',
      'conversation.item.truncated',
      'response.output_audio.done',
    ]);
    expect(said[2]).toMatchObject({ item_id: itemId, audio_end_ms: 500 });
    const effects = session.effects.map((effect) => effect.do);
    expect(effects.indexOf('clear-playback')).toBeLessThan(effects.indexOf('abort'));
    session.client({ type: 'input_audio_buffer.clear' });
    expect(wordsOf(session, itemId)).toBe('one two');
  });

  it('is cut by speech also where the responses are over, each of their items as far as it was heard', () => {
    const session = ofCall();
    const first = respond(session, [audio(100), { type: 'message_end' }, words, audio(100), end]);
    const second = respond(session, [words, audio(100), end]);
    played(session, first.itemId, 100);
    const said = session.hear(1, 60);
    expect(outputEvents(said)).toEqual([
      'output_audio_buffer.cleared',
      'conversation.item.truncated',
      'conversation.item.truncated',
    ]);
    const cuts = said.filter(({ type }) => type === 'conversation.item.truncated');
    expect(cuts).toMatchObject([{ audio_end_ms: 0 }, { item_id: second.itemId, audio_end_ms: 0 }]);
    session.client({ type: 'input_audio_buffer.clear' });
    expect(wordsOf(session, second.itemId)).toBe('');
  });

  it('goes on when speech may not interrupt it', () => {
    const session = ofCall();
    const turn_detection = { type: 'server_vad' as const, interrupt_response: false };
    session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection } } } });
    respond(session, [words, audio(1000), end]);
    expect(outputEvents(session.hear(1, 60))).toEqual([]);
  });

  it('goes on when its response is cancelled, until a client clears it', () => {
    const session = ofCall();
    const { itemId } = respond(session, [words, audio(1000)]);
    played(session, itemId, 200);
    expect(outputEvents(session.client({ type: 'response.cancel' }))).toEqual([]);
    played(session, itemId, 300);
    const said = session.client({ type: 'output_audio_buffer.clear' });
    expect(outputEvents(said)).toEqual(['output_audio_buffer.cleared', 'conversation.item.truncated']);
    expect(said.at(-1)).toMatchObject({ audio_end_ms: 300 });
    expect(session.client({ type: 'output_audio_buffer.clear' })).toEqual([]);
  });

  it('that a response still says after it was cleared is not heard, and in no item', () => {
    const session = ofCall();
    const { responseId, itemId } = respond(session, [words, audio(100)]);
    played(session, itemId, 40);
    session.client({ type: 'output_audio_buffer.clear' });
    expect(session.model(responseId, audio(100))).toEqual([]);
    const next = session.model(responseId, { type: 'message_end' }, words, audio(100), end);
    expect(outputEvents(next)).toEqual(['conversation.item.truncated']);
    expect(session.effects).not.toContainEqual(expect.objectContaining({ do: 'emit-audio' }));
    expect(session.session.playback?.responses).toEqual([]);
  });

  it('of an item that was deleted is heard, and cuts no other item of its id', () => {
    const session = ofCall();
    const { itemId } = respond(session, [words, audio(1000), end]);
    session.client({ type: 'conversation.item.delete', item_id: itemId });
    const content = [{ type: 'output_text' as const, text: 'I said so.' }];
    const item = { id: itemId, type: 'message' as const, role: 'assistant' as const, content };
    session.client({ type: 'conversation.item.create', item });
    played(session, itemId, 20);
    expect(outputEvents(session.hear(1, 60))).toEqual(['output_audio_buffer.cleared']);
  });

  it('that a client has cut shorter stays as short', () => {
    const session = ofCall();
    const { itemId } = respond(session, [words, audio(1000), end]);
    session.client({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: 300 });
    played(session, itemId, 500);
    expect(outputEvents(session.hear(1, 60))).toEqual(['output_audio_buffer.cleared']);
  });

  it('out of band is silenced by speech, while its response goes on', () => {
    const session = ofCall();
    const { responseId, itemId } = respond(session, [words, audio(100)], true);
    played(session, itemId, 20);
    expect(outputEvents(session.hear(1, 60))).toEqual(['output_audio_buffer.cleared']);
    expect(typesOf(session.model(responseId, audio(100), end))).toContain('response.done');
    expect(session.session.playback?.responses).toEqual([]);
  });

  it('takes no harm from news that comes late, of nothing, or of more than was said', () => {
    const session = ofCall();
    const { itemId } = respond(session, [words, audio(100)]);
    expect(played(session, 'item_none', 20)).toEqual([]);
    expect(played(session, itemId, 5000)).toEqual([]);
    expect(played(session, itemId, 20)).toEqual([]);
    expect(session.client({ type: 'output_audio_buffer.clear' }).at(-1)).toMatchObject({ audio_end_ms: 100 });
    expect(played(session, itemId, 120)).toEqual([]);
  });

  it('is over when the session goes on elsewhere', () => {
    const session = ofCall();
    const { itemId } = respond(session, [words, audio(1000), end]);
    played(session, itemId, 400);
    const restored = restore(snapshot(session.session), session.session.rules);
    const [after, effects] = step(restored, { at: 0, from: 'server', say: 'resumed' });
    const events = effects.flatMap((effect) => (effect.do === 'emit' ? [effect.event] : []));
    expect(outputEvents(events)).toEqual(['output_audio_buffer.cleared', 'conversation.item.truncated']);
    expect(after.playback).toEqual({ responses: [], thenIdle: false });
  });

  it('is heard to its end by a session that drains, or cut when its grace is over', () => {
    const [patient, late] = [ofCall(), ofCall()];
    for (const session of [patient, late]) {
      const { itemId } = respond(session, [words, audio(1000), end]);
      expect(session.feed({ from: 'server', say: 'drain' })).toEqual([]);
      if (session === patient) played(session, itemId, 1000);
      else session.feed({ from: 'timer', timer: 'drain' });
      expect(session.session.phase).toBe('closed');
    }
    expect(outputEvents(patient.events).at(-1)).toBe('output_audio_buffer.stopped');
    expect(outputEvents(late.events).at(-1)).toBe('conversation.item.truncated');
  });

  it('is heard to its end by a session whose money is used up', () => {
    const session = ofCall();
    const { itemId } = respond(session, [words, audio(1000), end]);
    expect(session.feed({ from: 'server', say: 'exhausted', how: 'finish' })).toEqual([]);
    expect(played(session, itemId, 980)).toEqual([]);
    expect(typesOf(played(session, itemId, 1000))).toEqual(['output_audio_buffer.stopped', 'error']);
    expect(session.effects.at(-1)).toMatchObject({ do: 'close', code: 1008 });
  });

  it('is cut by a session whose money is used up where the key has it so', () => {
    const session = ofCall();
    const { itemId } = respond(session, [words, audio(1000), end]);
    played(session, itemId, 400);
    const told = session.feed({ from: 'server', say: 'exhausted', how: 'cancel' });
    expect(typesOf(told)).toEqual(['output_audio_buffer.cleared', 'conversation.item.truncated', 'error']);
    expect(session.effects.at(-1)).toMatchObject({ do: 'close', code: 1008 });
  });

  it('is cut together with the responses that run where the key has it so', () => {
    const session = ofCall();
    const { itemId } = respond(session, [words, audio(1000)]);
    played(session, itemId, 400);
    const told = session.feed({ from: 'server', say: 'exhausted', how: 'cancel' });
    expect(outputEvents(told)).toEqual(['output_audio_buffer.cleared', 'conversation.item.truncated']);
    expect(typesOf(told).indexOf('output_audio_buffer.cleared')).toBeLessThan(typesOf(told).indexOf('response.done'));
    expect(session.session).toMatchObject({ phase: 'closed', responses: [] });
  });

  it('of a session whose money is used up is cut, too, when the grace of a drain is over', () => {
    const session = ofCall();
    respond(session, [words, audio(1000), end]);
    session.feed({ from: 'server', say: 'exhausted', how: 'finish' });
    expect(session.feed({ from: 'server', say: 'drain' })).toEqual([]);
    expect(typesOf(session.feed({ from: 'timer', timer: 'drain' })).at(-1)).toBe('error');
    expect(session.session.phase).toBe('closed');
  });
});

describe('a session whose sound clients play', () => {
  it('has no output buffer', () => {
    const session = sessionScript();
    expect(session.session.playback).toBeNull();
    expect(session.client({ type: 'output_audio_buffer.clear' })).toMatchObject([
      { error: { code: 'invalid_value', param: 'type' } },
    ]);
  });
});
