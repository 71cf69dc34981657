import { describe, expect, it } from 'vitest';
import { type Redaction, redactions } from './format.ts';
import { MemoryTake } from './memory-take.ts';
import { base64 } from './node/base64.ts';
import { redactor, safeUrl } from './redact.ts';
import { TakeWriter } from './writer.ts';

/** Everything that a take of these frames holds, as one text. */
function heldOf(frames: readonly object[], redact: readonly Redaction[] = [], secrets: readonly string[] = []): string {
  const memory = new MemoryTake();
  const writer = new TakeWriter(
    { form: 'inline', at: 0, by: 'b', url: 'ws://h/v1?model=m', transport: 'websocket', redact, secrets, base64 },
    memory,
  );
  for (const frame of frames) {
    writer.frame(0, '>', JSON.stringify(frame));
    writer.frame(0, '<', JSON.stringify(frame));
  }
  writer.closed(0, { by: 'client', code: 1000, reason: 'Bearer canary-9' });
  return memory.text;
}

describe('a take never holds', () => {
  it.each([
    [{ tools: [{ type: 'mcp', authorization: 'canary-1', headers: { 'x-key': 'canary-2' } }] }],
    [{ tools: [{ type: 'mcp', server_url: 'https://user:canary-3@mcp.example/x?key=canary-4' }] }],
    [{ session: { client_secret: { value: 'canary-5', expires_at: 1 } } }],
    [{ item: { content: [{ text: 'my key is sk-canary-678901, keep it' }] } }],
    [{ text: 'Authorization: Bearer canary-7' }],
    [{ text: 'ek_canary8901234 and eyJcanary99.eyJcanary9.canary9' }],
    [{ error: { message: 'The key house-canary is wrong.' } }],
    [{ session: { resumption: { handle: 'rs_canary' } } }],
  ])('what opens a door: %j', (frame) => {
    expect(heldOf([frame], [], ['house-canary'])).not.toContain('canary');
  });

  it('a secret whose key or text is escaped', () => {
    const memory = redactor([], ['house-canary']);
    expect(memory.frame('{"\\u0061uthorization":"canary"}')).not.toContain('canary');
    expect(memory.frame('{"a":"house\\u002dcanary"}')).not.toContain('canary');
  });

  it('a secret in a frame that is no JSON', () => {
    expect(redactor([]).frame('{"authorization": Bearer canary')).not.toContain('canary');
    expect(redactor([]).frame('{"headers": {"x":"canary"}, "api_key":"canary')).not.toContain('canary');
  });

  it('what lies deeper than any event goes, where something in it had to be looked for', () => {
    const deep = `${'{"a":'.repeat(5000)}{"authorization":"canary"}${'}'.repeat(5000)}`;
    expect(redactor([]).frame(deep)).not.toContain('canary');
  });
});

const session = {
  type: 'session.updated',
  session: {
    instructions: 'You are canary-instructions',
    prompt: { id: 'p', variables: { name: 'canary-instructions' } },
    tools: [{ type: 'function', name: 'f', description: 'canary-tools', parameters: { description: 'canary-tools' } }],
  },
};
const frames = [
  session,
  { type: 'response.output_text.delta', delta: 'canary-transcripts' },
  { type: 'response.output_audio_transcript.done', transcript: 'canary-transcripts' },
  { type: 'conversation.item.create', item: { content: [{ type: 'input_text', text: 'canary-transcripts' }] } },
  { type: 'response.function_call_arguments.delta', delta: 'canary-tools' },
  { type: 'response.function_call_arguments.done', arguments: '{"city":"canary-tools"}' },
  { type: 'conversation.item.create', item: { type: 'function_call_output', output: 'canary-tools' } },
  { type: 'conversation.item.added', item: { content: [{ text: 'write to canary-email@mail.example now' }] } },
  { type: 'response.output_text.delta', delta: 'canary-email@ma' },
  { type: 'input_audio_buffer.append', audio: btoa('canary-audio') },
  { type: 'response.output_audio.delta', delta: btoa('canary-audio') },
  { type: 'conversation.item.retrieved', item: { content: [{ audio: btoa('canary-audio') }] } },
  { type: 'input_audio_buffer.append', audio: btoa('canary-audio+') },
];

/** What a take holds, its sound decoded. */
const legible = (text: string): string =>
  text.replaceAll(/"((?:[A-Za-z0-9+/]{4})+(?:==|=)?)"/g, (_, sound: string) => atob(sound));

describe('what was asked to be left out', () => {
  it.each(redactions)('is not in the take, and all else is: %s', (kind) => {
    const held = legible(heldOf(frames, [kind]));
    const left = redactions.filter((each) => held.includes(`canary-${each}`));
    const others = redactions.filter((each) => each !== kind);
    // An address can stand where words do, and goes with them.
    const alsoGone = kind === 'transcripts' ? ['email'] : [];
    const stays = kind === 'email' ? others : others.filter((each) => !alsoGone.includes(each));
    expect(left).toEqual(stays);
  });

  it('is told of in the first line', () => {
    expect(JSON.parse(heldOf([], ['audio', 'email']).split('\n')[0] ?? '')).toMatchObject({
      redacted: ['keys', 'audio', 'email'],
    });
  });

  it('leaves silence as long as the sound was', () => {
    const line = heldOf([{ type: 'input_audio_buffer.append', audio: btoa('123456') }], ['audio']).split('\n')[1] ?? '';
    expect(JSON.parse(line)).toMatchObject({ '>': { audio: btoa('\0\0\0\0\0\0') } });
  });

  it('leaves as many dots as there were letters, so that deltas still add up', () => {
    const { frame } = redactor(['transcripts']);
    expect(frame('{"type":"response.output_text.delta","delta":"Hi you"}')).toContain('"•• •••"');
  });
});

describe('the address of a take', () => {
  it.each([
    ['wss://a.example/v1/realtime?model=m', 'wss://a.example/v1/realtime?model=m'],
    ['wss://u:p@a.example/v1?model=m&api-key=k&x=y#z', 'wss://a.example/v1?model=m&api-key=…&x=…'],
    ['ws://a', 'ws://a'],
  ])('opens nothing: %s', (url, safe) => {
    expect(safeUrl(url)).toBe(safe);
  });
});
