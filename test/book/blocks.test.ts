import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPrices } from '../../src/cli/config/price-file.ts';
import { inspectConfig } from '../../src/cli/config/read.ts';
import { configSchema } from '../../src/cli/config/schema.ts';
import { readScenario } from '../../src/engines/index.ts';
import { clientEventTypes, serverEventTypes } from '../../src/protocol/index.ts';
import { problemsOf } from '../examples/compile.ts';
import { type Block, blocks, inlineCode, pages, root } from './blocks.ts';
import { given, isNotRun, needsMore, notRun, otherPrograms, runBy, runnerOf } from './coverage.ts';
import { commandsIn, everyFlag, refusal } from './shell.ts';

const of = (...languages: readonly string[]): readonly Block[] =>
  blocks.filter(({ language }) => languages.includes(language));

/** Blocks of code that no other test compiles or runs. */
const loose = of('ts', 'js').filter((block) => runnerOf(block) === null && !isNotRun(block));

describe('the blocks of code on the pages', () => {
  it('are each checked here or run by a test, or are told not to be and why', () => {
    expect(blocks.length).toBeGreaterThan(150);
    const checkedHere = new Set(['sh', 'yaml', 'json', 'jsonc', 'ts', 'js']);
    const escaped = blocks.filter(
      (block) => !checkedHere.has(block.language) && runnerOf(block) === null && !isNotRun(block),
    );
    expect(escaped.map(({ key }) => key)).toEqual([]);
  });

  it('are on lists that name no block which is gone, and files that know the page', () => {
    const stale = [...runBy, ...notRun, ...needsMore].filter(
      ([pattern]) => !blocks.some(({ key }) => pattern.test(key)),
    );
    expect(stale.map(([pattern]) => pattern.source)).toEqual([]);
    expect(Object.keys(given).filter((key) => !blocks.some((block) => block.key === key))).toEqual([]);
    const ignorant = blocks.filter((block) => {
      const file = runnerOf(block);
      return file !== null && !knows(readFileSync(join(root, file), 'utf8'), block.page);
    });
    expect(ignorant.map(({ key }) => key)).toEqual([]);
  });

  it('compile where they are TypeScript or JavaScript', () => {
    expect(loose.length).toBeGreaterThan(15);
    const files = loose.map(({ key, code }): [string, string] => [
      key.replaceAll(/[^\w]+/g, '-'),
      `${given[key] ?? ''}${code}\nexport {};\n`,
    ]);
    expect(problemsOf(Object.fromEntries(files))).toBe('');
  });

  it('run to their end, those that need nothing of their reader', () => {
    const whole = loose.filter(({ key }) => given[key] === undefined && !needsMore.some(([block]) => block.test(key)));
    expect(whole.length).toBeGreaterThan(4);
    const folder = mkdtempSync(join(import.meta.dirname, '.whole-'));
    try {
      for (const [index, { code }] of whole.entries()) writeFileSync(join(folder, `${index}.ts`), code);
      const all = whole.map((_, index) => `await import('./${index}.ts');`);
      writeFileSync(join(folder, 'all.ts'), `${all.join('\n')}\nconsole.log('all');\n`);
      const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'all.ts')], { encoding: 'utf8' });
      expect({ end: stdout.split('\n').at(-2), stderr }).toEqual({ end: 'all', stderr: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are JSON where they say so', () => {
    const wrong = of('json', 'jsonc').filter(({ language, code }) => {
      const texts = language === 'json' ? [code] : code.trim().split('\n');
      return !texts.every((text) => isJson(text.replace(/ +\/\/ .*$/, '')));
    });
    expect(wrong.map(({ key }) => key)).toEqual([]);
  });

  it('name events that there are, where they show an order of events', () => {
    const known: ReadonlySet<string> = new Set([...clientEventTypes, ...serverEventTypes]);
    const shown = of('text').filter(({ page }) => /behaviour|mcp/.test(page));
    const names = shown.flatMap(({ code }) => code.match(/^(?:[a-z_]+\.)+[a-z_]+(?= |$)/gm) ?? []);
    expect(names.length).toBeGreaterThan(25);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

/** By its name, or by a list of names without the ending; the programs of a page may share what reads it. */
function knows(test: string, page: string): boolean {
  return test.includes(basename(page)) || test.includes(`'${page}'`) || /pointed-clients\.ts'/.test(test);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the configurations on the pages', () => {
  /** Every variable is set to what may be a number as well as a text. */
  const environment = new Proxy<Record<string, string>>({}, { get: () => '8080', has: () => true });
  const kinds: Readonly<Record<string, (text: string, file: string) => unknown>> = {
    scenario: readScenario,
    'scenario.yaml': readScenario,
    'prices.yaml': readPrices,
    'known.yaml': (text) => parse(text),
  };

  it.each(of('yaml').map((block) => [block.key, block] as const))('are read without a mistake: %s', (key, block) => {
    const read = kinds[block.label];
    if (read !== undefined) return void read(block.code, key);
    const keys = Object.keys(parse(block.code) ?? {});
    expect(keys.filter((each) => !(each in configSchema.shape))).toEqual([]);
    if (keys.length === 0) return; // a comment for editors
    expect(inspectConfig(block.code, key, environment)).toMatchObject({ ok: true });
  });
});

describe('the commands on the pages', () => {
  const commands = of('sh').flatMap((block) => commandsIn(block.code).map((words) => ({ block, words })));

  it('of ours are as our command line takes them', async () => {
    const refused = await refusals(commands.map(({ words }) => words));
    expect(commands.length).toBeGreaterThan(80);
    expect(refused).toEqual([]);
  });

  it('of ours are so in the midst of sentences, and each flag is one that there is', async () => {
    const inline = [...pages.values()].flatMap(inlineCode);
    const named = inline.flatMap((code) => (/^(?:npx )?antiphon \w/.test(code) ? commandsIn(code) : []));
    expect(named.length).toBeGreaterThan(30);
    expect(await refusals(named.filter((words) => !words.includes('…')))).toEqual([]);
    const flags = inline.flatMap((code) => /^--[\w-]+/.exec(code) ?? []);
    const known = new Set([...everyFlag(), ...flagsOfOthers]);
    expect(flags.length).toBeGreaterThan(60);
    expect(flags.filter((flag) => !known.has(flag))).toEqual([]);
  });

  it('and sentences name variables of the environment that something here reads', () => {
    const named = new Set([...pages.values()].flatMap((text) => text.match(/\bANTIPHON_[A-Z_]+\b/g) ?? []));
    const read = execFileSync('git', ['grep', '-hoE', 'ANTIPHON_[A-Z_]+', '--', '*.ts', '*.py', '.ci'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(named.size).toBeGreaterThan(10);
    expect([...named].filter((name) => !read.split('\n').includes(name))).toEqual([]);
  });

  it('of npm and Node name scripts and files that there are', () => {
    const scripts: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
    const missing = commands.filter(({ block, words: [program, first = '', second = ''] }) => {
      if (program === 'node') return !isThere(first, block) || (/examples\/run/.test(first) && !isExample(second));
      if (program !== 'npm' || ['ci', 'install'].includes(first)) return false;
      return !(first === 'run' ? Reflect.has(Object(scripts), second) : Reflect.has(Object(scripts), first));
    });
    expect(missing.map(({ words }) => words.join(' '))).toEqual([]);
  });

  it('of curl ask for paths that the server has', () => {
    const paths = Object.keys(JSON.parse(readFileSync(join(root, 'dist/schema/openapi.json'), 'utf8')).paths);
    const patterns = paths.map((path) => new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`));
    const asked = commands
      .filter(({ words: [program] }) => program === 'curl')
      .flatMap(({ words }) => words.filter((word) => /^https?:/.test(word)))
      .map((url) => new URL(url.replace('$ID', 'id')).pathname);
    expect(asked.length).toBeGreaterThan(6);
    expect(asked.filter((path) => !patterns.some((pattern) => pattern.test(path)))).toEqual([]);
  });

  it('are of programs that are known here', () => {
    const ours = new Set(['antiphon', 'npx', 'npm', 'node', 'curl']);
    const unknown = commands.filter(({ words: [program = ''] }) => !ours.has(program) && !otherPrograms.has(program));
    expect(unknown.map(({ block, words }) => `${block.key}: ${words.join(' ')}`)).toEqual([]);
  });

  function isThere(file: string, block: Block): boolean {
    return existsSync(join(root, file)) || blocks.some(({ page, label }) => page === block.page && label === file);
  }
});

/** Of other programs, which sentences name by the flag alone. */
const flagsOfOthers = [
  '--address',
  '--allow-net',
  '--cacert',
  '--enable-auto-tool-choice',
  '--jinja',
  '--tool-call-parser',
];

function isExample(file: string): boolean {
  return existsSync(join(root, 'examples', file));
}

/** What our command line has against those of these commands that are its own. */
async function refusals(commands: readonly (readonly string[])[]): Promise<readonly string[]> {
  const told = await Promise.all(
    commands.map(async ([first, ...rest]) => {
      const words = first === 'npx' ? rest : [first ?? '', ...rest];
      if (words[0] !== 'antiphon') return [];
      const why = await refusal(words.slice(1));
      return why === null ? [] : [`${words.join(' ')}: ${why}`];
    }),
  );
  return told.flat();
}
