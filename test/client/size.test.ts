import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Size {
  readonly code: string;
  /** Minified. */
  readonly bytes: number;
  /** Minified and gzipped. */
  readonly gzipped: number;
  /** Files of which something is in it. */
  readonly inputs: readonly string[];
}

/** What an app's bundle for browsers grows by. */
async function sizeOf(names: string, from: string): Promise<Size> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `import { ${names} } from '${from}'; globalThis.used = [${names}];`, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
  });
  const [file] = outputFiles;
  const contents = file?.contents ?? new Uint8Array();
  return {
    code: file?.text ?? '',
    bytes: contents.length,
    gzipped: gzipSync(contents, { level: 9 }).length,
    inputs: Object.values(metafile.outputs).flatMap((output) =>
      Object.entries(output.inputs).flatMap(([name, { bytesInOutput }]) => (bytesInOutput > 0 ? [name] : [])),
    ),
  };
}

async function show(label: string, names: string, from: string): Promise<Size> {
  const size = await sizeOf(names, from);
  console.log(
    `${label.padEnd(52)} ${String(size.bytes).padStart(9)} B minified ${String(size.gzipped).padStart(8)} B gzipped`,
  );
  return size;
}

const conversation = 'emptyView, fold, wordsOf, costOf';
const playhead = 'createPlayhead, drivePlayhead, clockSource';
const tools = 'tool, runTools';

describe('the client in a browser bundle', () => {
  it('is at most 15.5 kB, minified and gzipped: the session with all its requests, responses and reconnection', async () => {
    const { gzipped, code, inputs } = await show('antiphon/client: connect', 'connect', 'antiphon/client');
    expect(gzipped).toBeLessThanOrEqual(15_500);
    expect(code.length).toBeGreaterThan(10_000);
    expect(code).not.toMatch(/zod/i);
    // Nothing of Node, no validator, no audio device.
    expect(inputs.filter((file) => /node_modules|\/node\/|client\/browser|protocol\/schemas/.test(file))).toEqual([]);
  });

  it('grows only by what is used of the rest', async () => {
    const session = await sizeOf('connect', 'antiphon/client');
    const parts = [
      await show('… with the conversation and its cost', `connect, ${conversation}`, 'antiphon/client'),
      await show('… with the playhead', `connect, ${playhead}`, 'antiphon/client'),
      await show('… with tools', `connect, ${tools}`, 'antiphon/client'),
    ];
    const all = await show('… with all three', `connect, ${conversation}, ${playhead}, ${tools}`, 'antiphon/client');
    for (const part of parts) {
      expect(part.gzipped).toBeGreaterThan(session.gzipped);
      expect(part.gzipped).toBeLessThan(all.gzipped);
    }
    expect(all.gzipped).toBeLessThanOrEqual(27_450);
    expect(all.inputs.filter((file) => file.includes('node_modules'))).toEqual([]);
  });

  it('grows by at most 4 kB with calls over WebRTC, and by nothing without them', async () => {
    const session = await sizeOf('connect', 'antiphon/client');
    const call = await show('… with calls over WebRTC', 'connect, webrtc', 'antiphon/client');
    expect(call.gzipped - session.gzipped).toBeLessThanOrEqual(4_000);
    expect(call.code).toContain('oai-events');
    expect(session.code).not.toMatch(/oai-events|RTCPeerConnection|getUserMedia/);
  });

  it('is a fraction of the official clients', async () => {
    const session = await sizeOf('connect', 'antiphon/client');
    const official = await show(
      'openai: OpenAIRealtimeWebSocket',
      'OpenAIRealtimeWebSocket',
      'openai/realtime/websocket',
    );
    const agents = await show(
      '@openai/agents-realtime: RealtimeSession',
      'RealtimeSession, RealtimeAgent',
      '@openai/agents-realtime',
    );
    expect(session.gzipped).toBeLessThan(official.gzipped / 4);
    expect(session.gzipped).toBeLessThan(agents.gzipped / 4);
  });
});
