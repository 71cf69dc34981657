import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineNames } from '../../src/cli/config/engine-entry.ts';
import { modelNames } from '../../src/cli/config/model-entry.ts';
import { usualEndpoints } from '../../src/cli/endpoints/known.ts';
import { presetNames } from '../../src/cli/presets/presets.ts';
import { certificate, folderWith } from '../clients/program.ts';
import { programsOfTest } from './programs.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');

/** The code block of the page with this label. */
function block(label: string): string {
  const [, code] = new RegExp(`^\`\`\`${label}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page) ?? [];
  if (code === undefined) throw new Error(`The page has no block ${label}.`);
  return code;
}

/** Every key that a schema takes, and those of the schemas in it that take any. */
function keysOf(schema: unknown): string[] {
  const shape: unknown = typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'shape') : undefined;
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}

const { ended } = programsOfTest();

describe('docs/configuration.md', () => {
  it('shows a file and an engine that check-config finds nothing wrong with', async () => {
    const { cert, key } = certificate();
    const folder = folderWith({
      'antiphon.yaml': block('yaml antiphon.yaml'),
      'prices.yaml': 'assistant: { input: { text: 1 }, output: { text: 1 } }\n',
      'my-engine.js': 'export default () => ({ open() {} });\n',
      'scenario.yaml': '{}\n',
      'cert.pem': readFileSync(cert, 'utf8'),
      'key.pem': readFileSync(key, 'utf8'),
    });
    const environment = {
      ANTIPHON_KEY: 'one',
      ORDERS_TOKEN: 'two',
      TURN_PASSWORD: 'three',
      KEY_ACME: 'four',
      ADMIN_KEY: 'five',
      STATE_SECRET: 'six',
      TWILIO_AUTH_TOKEN: 'seven',
      TWILIO_ACCOUNT_SID: 'eight',
      TELNYX_ACCOUNT_SID: 'nine',
      TELNYX_API_KEY: 'ten',
      SIP_WEBHOOK_SECRET: 'whsec_ZWxldmVu',
      TELNYX_PUBLIC_KEY: Buffer.alloc(32).toString('base64'),
    };
    expect(await ended(['check-config'], { folder, environment })).toEqual({
      code: 0,
      stdout: 'antiphon.yaml is fine: 6 models\n',
      stderr: '', // with shared state budgets outlast the process
    });
  });

  it('shows a module that makes a language model', async () => {
    const folder = folderWith({
      'antiphon.yaml':
        'models: { a: { pipeline: { transcriber: none, language_model: { engine: ./my-engine.mjs }, synthesizer: tone } } }\n',
      'my-engine.mjs': block('js my-engine.js').replace('./mind.js', './mind.mjs'),
      'mind.mjs': 'export async function* mind() {}\n',
    });
    expect(await ended(['check-config'], { folder })).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(presetNames)('tells how to serve the preset %s', (preset) => {
    expect(page).toContain(`npx antiphon serve --preset ${preset}`);
  });

  it('has no other program listen on our port, here, in the README and on the page about endpoints', () => {
    const pages = ['README.md', 'docs/configuration.md', 'docs/endpoints.md', 'docs/pipeline.md', 'docs/engines.md'];
    const texts = pages.map((name) => readFileSync(join(root, name), 'utf8')).join('\n');
    const starts = texts.match(/^(?:whisper-server|llama-server|local-ai run)\b.*$/gm) ?? [];
    expect(starts.length).toBeGreaterThan(4);
    const portOf: Readonly<Record<string, string>> = {
      'whisper-server': 'whisper.cpp',
      'llama-server': 'llama.cpp',
      'local-ai': 'LocalAI',
    };
    for (const start of starts) {
      const name = portOf[start.split(' ')[0] ?? ''];
      const port = new URL(usualEndpoints.find((endpoint) => endpoint.name === name)?.baseUrl ?? 'http://none').port;
      expect([start, /--(?:port |address :)(\d+)/.exec(start)?.[1]]).toEqual([start, port]);
    }
    // Ours is always written as 127.0.0.1.
    expect(texts.match(/localhost:8080/g)).toBeNull();
  });

  it('names every key of a pipeline and of an engine', () => {
    const keys = [...engineNames, ...modelNames].flatMap(([schema]) => keysOf(schema));
    expect(keys.length).toBeGreaterThan(40);
    const missing = keys.filter((key) => !new RegExp(`\`${key}\`|\\b${key}:`).test(page));
    expect(missing).toEqual([]);
  });
});
