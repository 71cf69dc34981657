import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { type AnsweringServer } from '../engines/openai/answering-server.ts';
import { chatServer } from '../engines/openai/chat-server.ts';
import { serversOfTest } from '../engines/openai/open-servers.ts';
import { type McpTestServer, startMcpServer } from '../mcp/mcp-server.ts';
import { type ListingServer, listingServer } from './listing-server.ts';
import { answerOf, programsOfTest, talkTo } from './programs.ts';

const { run } = programsOfTest();
const open = serversOfTest();

/** A model that says what it was asked, and calls the tool `echo` where it is asked to. */
function obliging(): Promise<AnsweringServer> {
  return open(
    chatServer(({ messages, tools = [] }) => {
      const newest = Array.isArray(messages) ? messages.at(-1) : undefined;
      const names = Array.isArray(tools) ? tools.map((tool) => tool.function.name).join(',') : '';
      if (newest?.role === 'tool') return { text: [`It says: ${newest.content}`] };
      if (newest?.content === 'call') return { calls: [{ name: 'echo', arguments: { text: 'hello' } }] };
      return { text: [`${newest?.content}? I have ${names}.`] };
    }),
  );
}

/** A pipeline that writes, in a file of its own. */
function writing(url: string, more = ''): string {
  return `port: 0
models:
  writer:
    pipeline:
      vad: energy
      transcriber: none
      language_model: { engine: openai, base_url: "${url}", model: m }
      synthesizer: tone
${more}`;
}

describe('a pipeline in the file', () => {
  it('answers, with the instructions and tools of the operator, and no key but its own', async () => {
    const chat = await obliging();
    const more = '      instructions: Be brief.\n      tools: [{ name: hang_up, description: Ends the call. }]\n';
    const folder = folderWith({ 'antiphon.yaml': writing(chat.url, more) });
    const url = await run(['serve'], { folder, environment: { OPENAI_API_KEY: 'sk-for-openai-only' } }).url();
    expect(await answerOf(await talkTo(url, 'writer'), 'well')).toBe('well? I have hang_up.');
    const asked = chat.requests.find(({ method }) => method === 'POST');
    expect(asked?.headers.authorization).toBeUndefined();
    expect(JSON.parse(asked?.body.toString() ?? '')['messages'][0].content).toContain('Be brief.');
    expect(JSON.stringify(chat.requests)).not.toContain('sk-for-openai-only');
  });

  it('keeps to itself: two models of a file have endpoints of their own', async () => {
    const [one, other] = [await obliging(), await obliging()];
    const second = writing(other.url).replace('port: 0\nmodels:\n', '').replace('writer', 'second');
    const folder = folderWith({ 'antiphon.yaml': writing(one.url) + second });
    const url = await run(['serve'], { folder }).url();
    await answerOf(await talkTo(url, 'second'), 'well');
    const posts = ({ requests }: AnsweringServer) => requests.filter(({ method }) => method === 'POST').length;
    expect([posts(one), posts(other)]).toEqual([0, 1]);
  });

  it('fails its response with a useful message where an endpoint is down, and goes on', async () => {
    const gone = await listingServer();
    await gone.close();
    const folder = folderWith({ 'antiphon.yaml': writing(gone.url).replace('model: m', 'model: m, retries: 0') });
    const peer = await talkTo(await run(['serve'], { folder }).url(), 'writer');
    for (let turn = 0; turn < 2; turn++) {
      expect(await answerOf(peer, 'well')).toMatchObject({
        status: 'failed',
        status_details: { error: { message: expect.stringContaining(new URL(gone.url).host) } },
      });
    }
  });
});

describe('MCP servers of the operator', () => {
  let mcp: McpTestServer;
  beforeAll(async () => {
    mcp = await startMcpServer();
  });
  afterAll(() => mcp.close());

  const given = (): string =>
    `      mcp_servers: [{ server_label: house, server_url: "${mcp.url}", authorization: token-of-house, allowed_tools: [echo] }]\n`;

  it('have their tools called by the model itself, and clients see neither', async () => {
    const chat = await obliging();
    const folder = folderWith({ 'antiphon.yaml': writing(chat.url, given()) });
    const peer = await talkTo(await run(['serve'], { folder }).url(), 'writer');
    expect(await answerOf(peer, 'well')).toBe('well? I have echo.');
    expect(await answerOf(peer, 'call')).toBe('It says: echo hello');
    expect(mcp.calls).toEqual(['echo']);
    expect(mcp.requests[0]?.headers.authorization).toBe('Bearer token-of-house');
    const seen = JSON.stringify(peer.events);
    for (const hidden of ['token-of-house', mcp.url, 'function_call', 'mcp_call']) expect(seen).not.toContain(hidden);
  });

  it('that are down fail the response with their label, and nothing of their address', async () => {
    const chat = await obliging();
    const file = writing(chat.url, given()).replace(mcp.url, 'http://127.0.0.1:9/mcp');
    const peer = await talkTo(await run(['serve'], { folder: folderWith({ 'antiphon.yaml': file }) }).url(), 'writer');
    expect(await answerOf(peer, 'well')).toMatchObject({
      status: 'failed',
      status_details: { error: { code: 'mcp_server_failed', message: expect.stringContaining('"house"') } },
    });
    expect(JSON.stringify(peer.events)).not.toContain('127.0.0.1:9');
  });
});

describe('an engine of the user', () => {
  it('is a module beside the file, called with the rest of its entry', async () => {
    const chat = await obliging();
    const shouting = `export default ({ mark }) => ({
      async *answer({ items }) { yield { type: 'text', text: items.at(-1).words.toUpperCase() + mark }; },
    });`;
    const file = writing(chat.url).replace(
      /language_model: .*/,
      'language_model: { engine: ./shouting.mjs, mark: "!" }',
    );
    const folder = folderWith({ 'antiphon.yaml': file, 'shouting.mjs': shouting });
    const url = await run(['serve', '--config', `${folder}/antiphon.yaml`]).url();
    expect(await answerOf(await talkTo(url, 'writer'), 'well')).toBe('WELL!');
  });

  it('may be the whole model', async () => {
    const engine = `export default ({ words }) => ({
      open: () => ({
        transcribesFirst: true,
        vad: () => ({ windowSamples: 240, probability: () => 0, reset() {} }),
        *respond() { yield { type: 'text', text: words }; },
        *transcribe() {},
        close() {},
      }),
    });`;
    const file = 'port: 0\nmodels: { mine: { speech_to_speech: { engine: ./mine.mjs, words: Hello there } } }\n';
    const folder = folderWith({ 'antiphon.yaml': file, 'mine.mjs': engine });
    const peer = await talkTo(await run(['serve'], { folder }).url(), 'mine');
    expect(await answerOf(peer, 'well')).toBe('Hello there');
  });
});

describe('a pipeline without a file', () => {
  let ollama: ListingServer;
  let speech: ListingServer;
  beforeAll(async () => {
    ollama = await listingServer('qwen3:8b');
    speech = await listingServer('whisper-1');
  });
  afterAll(async () => {
    await ollama.close();
    await speech.close();
  });

  it('is served under every name by a preset, of what answers on the machine', async () => {
    const environment = { OLLAMA_HOST: new URL(ollama.url).host, OPENAI_API_KEY: 'sk-for-openai-only' };
    const program = run(['serve', '--port', '0', '--preset', 'ollama', '--endpoint', speech.url], { environment });
    const url = await program.url();
    expect(await answerOf(await talkTo(url, 'gpt-realtime'), 'well')).toBe('You asked: well');
    expect([...ollama.authorizations, ...speech.authorizations].filter(Boolean)).toEqual([]);
    await until('the log to say so', () => program.stderr().includes('serving the preset ollama under every name'));
  });

  it('is refused in one line where the preset finds nothing', async () => {
    const environment = { OLLAMA_HOST: '127.0.0.1:9' };
    const program = run(['serve', '--port', '0', '--preset', 'ollama'], { environment });
    expect(await program.exited()).toBe(1);
    expect(program.stderr()).toMatch(
      /^antiphon: --preset ollama found no language model at http:\/\/127\.0\.0\.1:9\/v1\. Start one: [^\n]+\n$/,
    );
  });

  it('is one of OpenAI where there is a key and nothing else is said, with the echo beside it', async () => {
    const program = run(['serve', '--port', '0'], { environment: { OPENAI_API_KEY: 'sk-secret' } });
    const url = await program.url();
    expect(await answerOf(await talkTo(url, 'echo'), 'well')).toBe('You said: well');
    const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['openai', 'echo']);
    const line = 'OPENAI_API_KEY is set: serving models of OpenAI under every name, and the echo as';
    await until('the log to say so', () => program.stderr().includes(line));
    expect(program.stderr()).not.toContain('sk-secret');
  });
});
