import type { Block } from './blocks.ts';

/** Blocks that a test or a program of CI runs or compares with what it has: which, and in what file. */
export const runBy: readonly (readonly [blocks: RegExp, file: string])[] = [
  [/^README\.md (?:js|ts|yaml antiphon\.yaml) 1$/, 'test/promises/readme.test.ts'],
  [/^docs\/check\.md (?:js server\.js|text|yaml known\.yaml) 1$/, 'test/check/docs.test.ts'],
  [/^docs\/(?:conversation|playhead|client-tools)\.md ts example /, 'test/client/docs.test.ts'],
  [/^docs\/client\.md ts example /, 'test/client/page.test.ts'],
  [/^docs\/(?:engines|pipeline)\.md ts example /, 'test/engines/docs.test.ts'],
  [/^docs\/(?:page-and-key|runtimes)\.md ts (?:example |examples\/)/, 'test/examples/docs.test.ts'],
  [/^docs\/configuration\.md js my-engine\.js 1$/, 'test/e2e/config-docs.test.ts'],
  [/^docs\/endpoints\.md text transcription 1$/, 'test/engines/openai/docs.test.ts'],
  [/^docs\/load\.md text 1$/, 'test/load-command/command.test.ts'],
  [/^docs\/point-your-client\.md (?:js (?!livekit)|html|ts)/, 'test/book/pointed-clients.test.ts'],
  [/^docs\/point-your-client\.md python /, 'scripts/python-clients.ts'],
  [/^docs\/point-your-client\.md js livekit/, 'scripts/livekit-client.ts'],
  [/^docs\/point-your-client\.md go /, 'scripts/go-client.ts'],
  [/^docs\/rest\.md js 1$/, 'test/schema/rest-docs.test.ts'],
  [/^docs\/takes\.md js ask\.js 1$/, 'test/take/docs.test.ts'],
  [/^docs\/testing-your-app\.md (?:ts|py) test\//, 'test/take/docs.test.ts'],
  [/^docs\/tls\.md (?:js|python) hello\./, 'test/clients/tls.test.ts'],
  [/^docs\/webrtc\.md html 1$/, 'test/browser/call.test.ts'],
];

/** Blocks that nothing runs, and why. What kind a shell's commands or a configuration are of is checked all the same. */
export const notRun: readonly (readonly [blocks: RegExp, why: string])[] = [
  [/^docs\/architecture\.md text /, 'a drawing'],
  [/^docs\/(?:behaviour|mcp)\.md text /, 'the order of events, whose names are checked'],
  [/^docs\/(?:configuration|scenario)\.md text /, 'messages, whose wording other tests hold'],
  [/^docs\/engines\.md ts contract 1$/, 'files of the reader’s, named by the page itself; the engines are run'],
  [/^docs\/mcp\.md js 1$/, 'an event by itself, whose JSON is checked'],
  [/^docs\/migration\.md rust 1$/, 'another library in another language, quoted as what a reader has now'],
  [/^docs\/operations\.md promql 1$/, 'a query, whose metrics the page’s table has'],
  [/^docs\/client-audio\.md ts 2$/, 'an import that only a bundler understands'],
  [/^docs\/testing\.md ts 1$/, 'a function of the reader’s, which plays a program on a server'],
  [/^docs\/troubleshooting\.md nginx /, 'no nginx among the tests’ programs; HAProxy stands for proxies there'],
];

/** Programs of others that pages start. Whether they take what pages give them is theirs to say; some run in tests. */
export const otherPrograms: ReadonlySet<string> = new Set(
  [
    'apt-get cat chmod export jq mv openssl printf',
    'docker haproxy kubectl mkcert systemctl',
    'llama-server lms local-ai ollama vllm whisper-server',
  ].flatMap((names) => names.split(' ')),
);

/** What a block of code leaves to its reader, by the block: a key, a button, what a server is to serve. */
export const given: Readonly<Record<string, string>> = {
  'docs/audio.md js 1': 'declare const file: Uint8Array;',
  'docs/beta.md ts 1': "declare const frame: string; declare const event: import('antiphon/protocol/beta').JsonObject;",
  'docs/client-audio.md ts 1': 'declare const button: HTMLButtonElement;',
  'docs/client-audio.md ts 3': "declare const session: import('antiphon/client').RealtimeSession;",
  'docs/engines.md ts 1': "declare const shouting: import('antiphon/engines').Model;",
  'docs/mcp.md ts 1':
    "import { listen } from 'antiphon/server'; declare const models: import('antiphon/server').ListenOptions['models'];",
  'docs/protocol.md js 1':
    'declare const text: string; declare function handle(event: unknown): void; declare function reply(error: unknown): void;',
  'docs/protocol.md js 2': 'declare const base64: string;',
  'docs/scenario.md ts 1': 'declare const text: string;',
  'docs/telephone.md ts 1': 'declare const body: string; declare const headers: Headers;',
  'docs/telephone.md ts 2': "declare const assistant: import('antiphon/engines').Model;",
  'docs/webrtc.md ts 2': 'declare const clientSecret: string;',
};

/** Blocks that compile by themselves and need more than that to run. */
export const needsMore: readonly (readonly [blocks: RegExp, what: string])[] = [
  [/^docs\/cluster\.md ts 1$/, 'a Redis'],
  [/^docs\/translation\.md ts 1$/, 'a server that translates; test/translation has one'],
  [/^docs\/webrtc\.md ts 1$/, 'a page'],
];

/** The file that runs a block; null where none does. */
export function runnerOf({ key }: Block): string | null {
  return runBy.find(([pattern]) => pattern.test(key))?.[1] ?? null;
}

/** Whether nothing has to run a block, for a reason. */
export function isNotRun({ key }: Block): boolean {
  return notRun.some(([pattern]) => pattern.test(key));
}
