import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { socketsIn } from '../../src/take/convert/har.ts';
import { breachesOf } from '../../src/take/laws-of-take.ts';
import { MemoryTake } from '../../src/take/memory-take.ts';
import { base64 } from '../../src/take/node/base64.ts';
import type { Take } from '../../src/take/reader.ts';
import { showTake } from '../../src/take/show.ts';

/**
 * What the network panel of Chromium 156 has made of a page that spoke, was called for a tool and heard the answer; its key was
 * a subprotocol.
 */
const har = readFileSync(join(import.meta.dirname, 'devtools.har'), 'utf8');

interface Har {
  readonly log: {
    readonly entries: readonly {
      readonly _webSocketMessages: readonly { readonly type: string; readonly data: string }[];
    }[];
  };
}

function imported(form: 'folder' | 'inline'): { readonly take: Take; readonly memory: MemoryTake } {
  const memory = new MemoryTake();
  const sockets = socketsIn(har, 'devtools.har', base64);
  expect(sockets).toHaveLength(1);
  sockets[0]?.write(memory, form, 'antiphon test');
  return { take: memory.take('devtools', base64), memory };
}

describe("what a browser's dev tools have exported", () => {
  it.each(['folder', 'inline'] as const)('becomes a take of the same frames, without its key: %s', (form) => {
    const { take, memory } = imported(form);
    const exported: Har = JSON.parse(har);
    const messages = exported.log.entries.flatMap(({ _webSocketMessages }) => _webSocketMessages);
    expect(take.entries.map((entry) => entry.is === 'frame' && [entry.by, entry.text()])).toEqual(
      messages.map(({ type, data }) => [type === 'send' ? '>' : '<', data]),
    );
    expect(take.header).toMatchObject({ transport: 'websocket', url: expect.stringContaining('model=gpt-realtime') });
    const times = take.entries.map(({ t }) => t);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect([har.includes('canary'), memory.text.includes('canary')]).toEqual([true, false]);
    expect([...memory.files.keys()]).toEqual(form === 'folder' ? ['in.wav', 'out.wav'] : []);
  });

  it('is lawful, and shown as it went, though the page had sent all its events before the first was answered', () => {
    const { take } = imported('folder');
    expect(breachesOf(take)).toEqual([]);
    const shown = showTake(take, {}).map((line) => line.replace(/^ *[\d.]+ s {2}/, ''));
    for (const line of [
      'user       what is the weather in paris',
      'calls      get_weather({"city":"Paris"})',
      'output     sunny',
    ]) {
      expect(shown).toContain(line);
    }
    expect(shown.at(-1)).toBe('no law is broken');
  });

  it('still breaks the law where a turn is committed that nobody has asked for', () => {
    const { take } = imported('folder');
    const entries = take.entries.filter(
      (entry) => entry.is !== 'frame' || entry.event()?.['type'] !== 'input_audio_buffer.commit',
    );
    expect(breachesOf({ ...take, entries }).map(({ law }) => law)).toEqual(['20']);
  });
});
