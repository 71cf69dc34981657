import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../src');

/** Which layer may import which, and which packages a layer may use. Type-only imports count like any other. */
const layers: Readonly<Record<string, { readonly layers: readonly string[]; readonly packages: readonly string[] }>> = {
  protocol: { layers: [], packages: ['zod'] },
  audio: { layers: [], packages: ['node:buffer'] },
  usage: { layers: ['protocol'], packages: [] },
  core: { layers: ['protocol', 'audio'], packages: [] },
  laws: { layers: ['protocol', 'audio', 'core'], packages: [] },
  wire: { layers: [], packages: ['ws', 'node:*'] },
  take: { layers: ['protocol', 'audio', 'usage', 'core', 'laws', 'wire'], packages: ['node:*'] },
  load: { layers: ['audio', 'usage', 'wire', 'take'], packages: ['node:*'] },
  media: { layers: ['audio'], packages: ['libopus-wasm', 'node-datachannel', 'node:*'] },
  telephony: { layers: ['audio', 'media'], packages: ['node:*'] },
  state: { layers: [], packages: ['ioredis', 'node:*'] },
  engines: { layers: ['core', 'audio', 'protocol'], packages: ['zod', 'yaml', 'eventsource-parser', 'node:*'] },
  server: {
    layers: ['protocol', 'audio', 'usage', 'core', 'wire', 'media', 'telephony', 'engines', 'state', 'take'],
    packages: [
      'hono/*',
      '@hono/node-server',
      'ws',
      '@modelcontextprotocol/client',
      'prom-client',
      '@opentelemetry/api',
      'node:*',
    ],
  },
  client: { layers: ['protocol', 'audio', 'usage', 'wire'], packages: ['node:stream'] },
  check: {
    layers: ['protocol', 'audio', 'usage', 'core', 'laws', 'wire', 'media', 'take'],
    packages: ['ws', 'node:*'],
  },
  cli: {
    layers: [
      'protocol',
      'audio',
      'usage',
      'core',
      'laws',
      'wire',
      'media',
      'telephony',
      'engines',
      'state',
      'server',
      'client',
      'take',
      'check',
      'load',
      'testing',
    ],
    packages: ['zod', 'commander', 'yaml', 'pino', 'pino-pretty', '@clack/prompts', 'picocolors', 'node:*'],
  },
  testing: {
    layers: [
      'protocol',
      'audio',
      'usage',
      'core',
      'laws',
      'wire',
      'media',
      'telephony',
      'engines',
      'state',
      'server',
      'client',
      'take',
    ],
    packages: ['fast-check', 'node:*'],
  },
};

/**
 * The console is an app of its own: it knows the client and sound as everybody does, by the names of their entries, and of
 * the sources only what has no entry.
 */
const consoleLayers = {
  layers: ['protocol', 'audio', 'usage', 'take'],
  packages: [
    'antiphon/audio',
    'antiphon/client',
    'antiphon/client/browser',
    'antiphon/protocol/events',
    'preact/*',
    'uplot',
  ],
};

/** What the build makes that the console needs. */
const builtForConsole = new Set(['dist/client/browser/worklet.js?url', 'dist/schema/realtime-client-event.json']);

/** Folders that only they themselves, the platform's shells and tests may import: they need one platform. */
const isLeaf = (file: string): boolean => file.split('/').some((folder) => folder === 'node' || folder === 'web');

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
);

function importsOf(file: string): { specifier: string; typeOnly: boolean }[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;
  return [...text.matchAll(pattern)].map((match) => ({
    specifier: match[2] ?? match[3] ?? match[4] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

/** `hono/*` allows `hono` and all that is in it; `node:*` every module of Node. */
function isNamed(specifier: string, name: string): boolean {
  if (name === 'node:*') return specifier.startsWith('node:');
  return name.endsWith('/*') ? `${specifier}/`.startsWith(name.slice(0, -1)) : specifier === name;
}

function problemOf(file: string, specifier: string, typeOnly: boolean): string | null {
  const layer = file.split('/')[0] ?? '';
  const allowed = layers[layer];
  if (allowed === undefined) return `no layer is called ${layer}`;
  if (!specifier.startsWith('.')) {
    const known = allowed.packages.some((name) => isNamed(specifier, name));
    return known ? null : `${layer} may not use the package ${specifier}`;
  }
  const target = relative(root, join(root, dirname(file), specifier));
  const targetLayer = target.split('/')[0] ?? '';
  if (!specifier.endsWith('.ts')) return `${specifier} does not name a .ts file`;
  if (targetLayer === layer) return null;
  if (!allowed.layers.includes(targetLayer)) return `${layer} may not import ${targetLayer}`;
  if (layer === 'engines' && targetLayer === 'core' && !typeOnly) return 'engines may import only types of core';
  if (layer === 'core' && isLeaf(target)) return 'core may not import a platform leaf';
  return null;
}

describe('layers', () => {
  it.each(sources)('%s imports only what its layer may import', (file) => {
    const problems = importsOf(file).flatMap(({ specifier, typeOnly }) => {
      const problem = problemOf(file, specifier, typeOnly);
      return problem === null ? [] : [`${specifier}: ${problem}`];
    });
    expect(problems).toEqual([]);
  });

  it('would notice an import that points up', () => {
    expect(problemOf('core/step.ts', '../server/session.ts', false)).toBe('core may not import server');
    expect(problemOf('engines/echo.ts', '../core/step.ts', false)).toBe('engines may import only types of core');
    expect(problemOf('audio/wav.ts', 'zod', false)).toBe('audio may not use the package zod');
  });
});

/** The files that a file imports, whatever for. */
const imported: ReadonlyMap<string, readonly string[]> = new Map(
  sources.map((file) => [
    file,
    importsOf(file).flatMap(({ specifier }) =>
      specifier.startsWith('.') ? [relative(root, join(root, dirname(file), specifier))] : [],
    ),
  ]),
);

/** The first way found that leads from a file back to itself; null where there is none. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  function walk(file: string, way: readonly string[]): readonly string[] | null {
    const at = way.indexOf(file);
    if (at >= 0) return [...way.slice(at), file];
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const circle = walk(next, [...way, file]);
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  }
  for (const file of graph.keys()) {
    const circle = walk(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

const repository = join(root, '..');
const consoleSources = readdirSync(join(repository, 'console/src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => join('console/src', file));

function consoleProblemOf(file: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) {
    const known = consoleLayers.packages.some((name) => isNamed(specifier, name));
    return known || (file.endsWith('.test.ts') && specifier === 'vitest')
      ? null
      : `the console may not use ${specifier}`;
  }
  const target = relative(repository, join(repository, dirname(file), specifier));
  if (target.startsWith('console/src/') || builtForConsole.has(target)) return null;
  const [folder, layer = ''] = target.split('/');
  const isAllowed = folder === 'src' && consoleLayers.layers.includes(layer) && !isLeaf(target);
  return isAllowed || file.endsWith('.test.ts') ? null : `the console may not import ${target}`;
}

describe('the console', () => {
  it.each(consoleSources)('%s imports only what an app may, and little besides', (file) => {
    const problems = importsOf(join('..', file)).flatMap(({ specifier }) => consoleProblemOf(file, specifier) ?? []);
    expect(problems).toEqual([]);
  });

  it('would be noticed to import the server, or a package that nobody knows', () => {
    expect(consoleProblemOf('console/src/app.tsx', '../../src/server/index.ts')).toBe(
      'the console may not import src/server/index.ts',
    );
    expect(consoleProblemOf('console/src/app.tsx', 'react')).toBe('the console may not use react');
    expect(consoleProblemOf('console/src/app.tsx', '../../src/take/node/read-take.ts')).not.toBeNull();
  });

  it('has no circle, and files of at most 400 lines', () => {
    const graph = new Map(
      consoleSources.map((file) => [
        file,
        importsOf(join('..', file)).flatMap(({ specifier }) =>
          specifier.startsWith('.') ? [relative(repository, join(repository, dirname(file), specifier))] : [],
        ),
      ]),
    );
    expect(circleIn(graph)).toBeNull();
    const long = consoleSources.filter((file) => readFileSync(join(repository, file), 'utf8').split('\n').length > 401);
    expect(long).toEqual([]);
  });
});

describe('circles', () => {
  it('there are none, not of types either', () => {
    expect(circleIn(imported)).toBeNull();
  });

  it('would be noticed, however long', () => {
    const graph = (...arrows: [string, string[]][]) => new Map(arrows);
    expect(circleIn(graph(['a', ['b', 'c']], ['b', ['c']], ['c', []]))).toBeNull();
    expect(circleIn(graph(['a', ['b']], ['b', ['c']], ['c', ['d']], ['d', ['b']]))).toEqual(['b', 'c', 'd', 'b']);
    expect(circleIn(graph(['a', ['a']]))).toEqual(['a', 'a']);
  });
});

describe('roots', () => {
  /** More than this in one room, and nobody finds anything: regions and jobs are folders. */
  const most = 16;

  it.each(['core', 'server', 'client', 'cli'])('%s has few files outside its folders', (layer) => {
    const own = sources.filter((file) => dirname(file) === layer);
    expect(own).not.toEqual([]);
    expect(own.slice(most)).toEqual([]);
  });
});

describe('sizes', () => {
  it.each(sources)('%s stays within 400 lines', (file) => {
    expect(readFileSync(join(root, file), 'utf8').split('\n').length).toBeLessThanOrEqual(401);
  });
});

describe('names', () => {
  it('no file or folder is called after what it is not', () => {
    const vague = /(^|\/)(utils?|helpers?|common|shared|manager|base|misc)(\.ts|\/)/;
    expect(sources.filter((file) => vague.test(file))).toEqual([]);
  });
});
