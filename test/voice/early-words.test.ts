import { afterEach, describe, expect, it } from 'vitest';
import { at } from '../clients/recording.ts';
import { until } from '../clients/until.ts';
import { type Caller, call } from './caller.ts';
import { asked } from './requests.ts';
import { type VoiceServer, voiceServer } from './voice-server.ts';

let server: VoiceServer;
afterEach(() => server.close());

async function begin(): Promise<Caller> {
  server = await voiceServer({ pipeline: (engines) => ({ ...engines, earlyGeneration: true }) });
  return call(server, { silenceMs });
}

/** The silence that ends a turn, and one that makes its end likely. */
const silenceMs = 1500;
const pauseMs = 850;

const transcripts = (caller: Caller): unknown[] =>
  caller.events('conversation.item.input_audio_transcription.completed').map(({ transcript }) => transcript);

describe('a conversation whose turns are put into words before they end', () => {
  it('has asked the language model already when the turn ends, and asks nobody twice', async () => {
    const caller = await begin();
    caller.say('What is the weather in London?');
    await caller.answer();
    const before = { ears: asked(server.ears).length, mind: asked(server.mind).length };
    caller.say('What is the weather in Berlin?', pauseMs);
    await until('the language model to be asked', () => asked(server.mind).length > before.mind);
    expect(caller.events('input_audio_buffer.speech_stopped')).toHaveLength(1);
    caller.pause(silenceMs);
    const done = await caller.answer();
    expect(transcripts(caller)).toEqual(['what is the weather in london', 'what is the weather in berlin']);
    expect(await caller.hear(done)).toBe('in berlin it is cloudy and nine degrees');
    expect(asked(server.ears).length - before.ears).toBe(1);
    // Once for the call, once for what it brought.
    expect(asked(server.mind).length - before.mind).toBe(2);
    expect(server.weather.asked).toEqual(['london', 'berlin']);
    await caller.finish();
  });

  it('answers nothing before a user who pauses has said it all', async () => {
    const caller = await begin();
    caller.say('What time is it?', pauseMs);
    await until('the language model to be asked', () => asked(server.mind).length > 0);
    caller.say('What is the weather in Paris?');
    const done = await caller.answer();
    expect(transcripts(caller)).toEqual(['what time is it what is the weather in paris']);
    expect(at(done, 'response.output.0.type')).toBe('mcp_call');
    expect(await caller.hear(done)).toBe('in paris it is sunny and twenty degrees');
    await caller.finish();
  });
});
