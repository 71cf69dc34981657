import { afterEach, describe, expect, it } from 'vitest';
import { at, type Seen } from '../clients/recording.ts';
import { type Caller, type CallOptions, call } from './caller.ts';
import { abandoned, asked } from './requests.ts';
import { type VoiceServer, type VoiceServerOptions, voiceServer } from './voice-server.ts';

let server: VoiceServer;
afterEach(() => server.close());

async function begin(options?: VoiceServerOptions, how?: CallOptions): Promise<Caller> {
  server = await voiceServer(options);
  return call(server, how);
}

const transcripts = (caller: Caller): unknown[] =>
  caller.events('conversation.item.input_audio_transcription.completed').map(({ transcript }) => transcript);

const outputTypes = (done: Seen): unknown[] => {
  const output = at(done, 'response.output');
  return Array.isArray(output) ? output.map((item) => at(item, 'type')) : [];
};

const failures = (caller: Caller): readonly Seen[] =>
  caller.events().filter(({ type }) => type === 'error' || type.endsWith('.failed'));

describe('a spoken conversation', () => {
  it('hears a question, has a tool look for the answer, and says it', async () => {
    const caller = await begin();
    caller.say('What is the weather in Paris?');
    const done = await caller.answer();
    expect(transcripts(caller)).toEqual(['what is the weather in paris']);
    expect(server.weather.asked).toEqual(['paris']);
    expect(outputTypes(done)).toEqual(['mcp_call', 'message']);
    expect(at(done, 'response.output.0.output')).toContain('sunny and twenty degrees');
    expect(at(done, 'response.output.1.content.0.transcript')).toBe('In paris it is sunny and twenty degrees.');
    expect(await caller.hear(done)).toBe('in paris it is sunny and twenty degrees');
    expect(failures(caller)).toEqual([]);
    await caller.finish();
  });

  it('goes on turn by turn, each with the words of its own', async () => {
    const caller = await begin();
    const heard: string[] = [];
    for (const city of ['London', 'Berlin']) {
      caller.say(`How is the weather in ${city}?`);
      heard.push(await caller.hear(await caller.answer()));
    }
    expect(transcripts(caller)).toEqual(['how is the weather in london', 'how is the weather in berlin']);
    expect(heard).toEqual(['in london it is rainy and eleven degrees', 'in berlin it is cloudy and nine degrees']);
    await caller.finish();
  });

  it('asks the client for what only the client knows', async () => {
    const caller = await begin();
    caller.say('What time is it?');
    const called = await caller.answer();
    expect(outputTypes(called)).toEqual(['function_call']);
    caller.send({
      type: 'conversation.item.create',
      item: {
        type: 'function_call_output',
        call_id: String(at(called, 'response.output.0.call_id')),
        output: 'nearly ten in the morning',
      },
    });
    caller.send({ type: 'response.create' });
    const done = await caller.answer();
    expect(at(done, 'response.output.0.content.0.transcript')).toBe('It is nearly ten in the morning.');
    expect(await caller.hear(done)).toBe('it is nearly ten in the morning');
    await caller.finish();
  });

  it('is held over the telephone', async () => {
    const caller = await begin({}, { format: 'audio/pcmu' });
    caller.say('What is the weather in Berlin?');
    const done = await caller.answer();
    expect(transcripts(caller)).toEqual(['what is the weather in berlin']);
    expect(await caller.hear(done)).toBe('in berlin it is cloudy and nine degrees');
    await caller.finish();
  });

  it('stops in the midst of its answer when it is spoken to, and so do the servers that make it', async () => {
    const caller = await begin({ tellsForEver: true });
    caller.say('Tell me a story.');
    await caller.event('response.output_audio.delta');
    caller.say('Please, stop!');
    const cancelled = await caller.answer();
    expect(cancelled).toMatchObject({
      response: {
        status: 'cancelled',
        status_details: { reason: 'turn_detected' },
        output: [{ status: 'incomplete' }],
      },
    });
    await abandoned('the language model', asked(server.mind).slice(0, 1));
    await abandoned(
      'the voice',
      asked(server.voice).filter(({ body }) => body.includes('Once upon')),
    );
    const done = await caller.answer();
    expect(transcripts(caller)).toEqual(['tell me a story', 'please stop']);
    expect(await caller.hear(done)).toBe('you want me to stop');
    expect(failures(caller)).toEqual([]);
    await caller.finish();
  });
});
