import type { Modules, Place } from './modules.ts';

/** An entry point of the package, and the page that describes it. */
export interface Entry {
  /** What programs import, e.g. `antiphon/client`. */
  readonly specifier: string;
  readonly page: string;
  /** What it is for, in one sentence. */
  readonly says: string;
  /** Pages of the book that tell how it is used, below `docs`. */
  readonly told: readonly string[];
}

/**
 * Every entry point with code, in the order in which they take their exports: what several export is described where it
 * comes first, and the others link there.
 */
export const entries: readonly Entry[] = [
  {
    specifier: 'antiphon/protocol',
    page: 'protocol.md',
    says: 'The types, schemas, parsers and constructors of the Realtime API. `antiphon` alone is the same.',
    told: ['protocol.md', 'schemas.md'],
  },
  {
    specifier: 'antiphon/protocol/events',
    page: 'protocol-events.md',
    says: 'The part of `antiphon/protocol` that needs no validator: types, and constructors of events.',
    told: ['protocol.md'],
  },
  {
    specifier: 'antiphon/protocol/beta',
    page: 'protocol-beta.md',
    says: 'Translates between the API of today and that of the beta.',
    told: ['beta.md'],
  },
  {
    specifier: 'antiphon/audio',
    page: 'audio.md',
    says: 'Sound: base64, G.711, resampling, WAV files, RTP packets.',
    told: ['audio.md'],
  },
  {
    specifier: 'antiphon/client/browser',
    page: 'client-browser.md',
    says: 'Microphone, speaker and WebRTC calls in a web page. `antiphon/client` has the same in browsers.',
    told: ['client-audio.md', 'webrtc.md'],
  },
  {
    specifier: 'antiphon/client/node',
    page: 'client-node.md',
    says: 'Sound in and out of a program of the machine, under Node.',
    told: ['client-audio.md'],
  },
  {
    specifier: 'antiphon/client',
    page: 'client.md',
    says: 'The client: sessions, responses, tools, the conversation as it grows, and what was heard of it.',
    told: ['client.md', 'conversation.md', 'client-tools.md', 'playhead.md'],
  },
  {
    specifier: 'antiphon/engines',
    page: 'engines.md',
    says: 'The engines that a server answers with, and the interfaces for engines of your own.',
    told: ['engines.md', 'pipeline.md', 'scenario.md'],
  },
  {
    specifier: 'antiphon/server',
    page: 'server.md',
    says: 'The server inside a program of yours.',
    told: ['server.md', 'relay.md', 'cluster.md'],
  },
  {
    specifier: 'antiphon/testing',
    page: 'testing.md',
    says: 'For tests of your own: contracts of engines, takes, laws that every session keeps, memory in place of sockets.',
    told: ['testing.md', 'testing-your-app.md', 'takes.md'],
  },
];

/** What an entry exports under one name: what is declared, and where it is so, if not everywhere. */
export interface Export {
  readonly name: string;
  /** More than one where a platform has its own. */
  readonly declared: readonly { readonly place: Place; readonly platforms: readonly string[] }[];
  /** All platforms that the entry has files for. */
  readonly everywhere: readonly string[];
}

/** The word for every platform that has no file of its own. */
export const anywhereElse = 'elsewhere';

/** The words for the conditions of `exports` under which a file is taken. */
const platforms: Readonly<Record<string, string>> = {
  browser: 'browsers',
  node: 'Node',
  bun: 'Bun',
  deno: 'Deno',
  workerd: 'Cloudflare Workers',
  default: anywhereElse,
};

/** A target of `exports` in package.json: a file, or a file by the platform. */
export type Target = string | Readonly<Record<string, string>>;

/** The exports of an entry by name, over all platforms that it has files for. */
export function exportsOf(modules: Modules, target: Target): readonly Export[] {
  const files = typeof target === 'string' ? { default: target } : target;
  const everywhere = Object.keys(files).map(wordOf);
  const found = new Map<string, Map<Place, string[]>>();
  for (const [condition, file] of Object.entries(files)) {
    for (const [name, place] of modules.exportsOf(declarationsOf(file))) {
      const places = found.get(name) ?? new Map<Place, string[]>();
      places.set(place, [...(places.get(place) ?? []), wordOf(condition)]);
      found.set(name, places);
    }
  }
  return [...found].map(([name, places]) => ({
    name,
    declared: [...places].map(([place, words]) => ({
      place,
      platforms: words.length === everywhere.length ? [] : words,
    })),
    everywhere,
  }));
}

function wordOf(condition: string): string {
  return platforms[condition] ?? condition;
}

/** The declarations of a file of `exports`, relative to the built package. */
export function declarationsOf(file: string): string {
  return file.replace('./dist/', '').replace(/\.js$/, '.d.ts');
}
