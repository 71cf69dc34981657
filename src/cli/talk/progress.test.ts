import { describe, expect, it } from 'vitest';
import { createProgress, type Progress } from './progress.ts';

type Told = { readonly type: string; readonly [field: string]: unknown };

/** The edge where events come in from elsewhere. */
const read = (progress: Progress, ...events: readonly Told[]): void => {
  for (const event of events) progress.read(JSON.parse(JSON.stringify(event)));
};
const created = (turn_detection: unknown): Told => ({
  type: 'session.created',
  session: { type: 'realtime', audio: { input: { turn_detection } } },
});
const begun = (id: string, conversation_id: string | null = 'conv'): Told => ({
  type: 'response.created',
  response: { id, conversation_id },
});
const done = (id: string, status = 'completed', output: readonly unknown[] = []): Told => ({
  type: 'response.done',
  response: { id, status, output },
});
const started = { type: 'input_audio_buffer.speech_started' };
const stopped = { type: 'input_audio_buffer.speech_stopped' };

describe('whether all was said', () => {
  it('it was not from the question until its answer is done', async () => {
    const progress = createProgress();
    expect(progress.isQuiet).toBe(true);
    progress.asked();
    let isOver = false;
    const over = progress.quiet().then(() => (isOver = true));
    read(progress, begun('a'));
    await Promise.resolve();
    expect(isOver).toBe(false);
    read(progress, done('a'));
    await over;
    expect(progress.isQuiet).toBe(true);
  });

  it('it was not from the first word of a turn until its answer is done', () => {
    const progress = createProgress();
    read(progress, created({ type: 'server_vad' }), started);
    expect([progress.isQuiet, progress.heardSpeech]).toEqual([false, true]);
    read(progress, stopped);
    expect(progress.isQuiet).toBe(false);
    read(progress, begun('a'), done('a'));
    expect(progress.isQuiet).toBe(true);
  });

  it('no answer is awaited to turns that the server does not answer', () => {
    const progress = createProgress();
    read(progress, created({ type: 'server_vad', create_response: false }), started, stopped);
    expect(progress.isQuiet).toBe(true);
  });

  it('an answer with a call of a tool is followed by another, unless it was cancelled', () => {
    const progress = createProgress();
    const call = [{ type: 'function_call' }];
    read(progress, begun('a'), done('a', 'completed', call));
    expect(progress.isQuiet).toBe(false);
    read(progress, begun('b'), done('b'));
    expect(progress.isQuiet).toBe(true);
    read(progress, begun('c'), done('c', 'cancelled', call));
    expect(progress.isQuiet).toBe(true);
  });

  it('it was not before the tools of MCP servers are listed, since answers could not use them', () => {
    const progress = createProgress();
    const tools = [
      { type: 'mcp', server_label: 'a' },
      { type: 'function', name: 'f' },
      { type: 'mcp', server_label: 'b' },
    ];
    read(progress, { type: 'session.updated', session: { type: 'realtime', tools } });
    read(progress, { type: 'mcp_list_tools.completed', item_id: 'a' });
    expect(progress.isQuiet).toBe(false);
    read(progress, { type: 'mcp_list_tools.failed', item_id: 'b' });
    expect(progress.isQuiet).toBe(true);
  });

  it('responses beside the conversation do not count', () => {
    const progress = createProgress();
    read(progress, begun('a', null));
    expect(progress.isQuiet).toBe(true);
  });

  it('what was refused is not awaited, nor what a lost connection took with it', async () => {
    const progress = createProgress();
    progress.asked();
    const over = progress.quiet();
    progress.refused();
    await over;
    read(progress, started, begun('a'), created(undefined));
    expect(progress.isQuiet).toBe(true);
  });
});
