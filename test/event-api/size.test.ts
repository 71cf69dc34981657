import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const entry = new URL('../../dist/protocol/events/index.js', import.meta.url);
const MAX_BYTES = 3000;

/** Imports the entry in a Node of its own and tells which files were read for it. */
const TELL_FILES = `
  import { registerHooks } from 'node:module';
  const files = [];
  registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
  await import(process.argv[1]);
  console.log(JSON.stringify(files));
`;

function inFreshNode(script: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script, entry.href], { encoding: 'utf8' });
}

describe('the events entry in a browser bundle', () => {
  let code: Uint8Array = new Uint8Array();
  let inputs: readonly string[] = [];

  beforeAll(async () => {
    const result = await build({
      entryPoints: [fileURLToPath(entry)],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      metafile: true,
    });
    code = result.outputFiles[0]?.contents ?? code;
    inputs = Object.keys(result.metafile.inputs);
  });

  it('is at most 3 kB, minified and gzipped', () => {
    const bytes = gzipSync(code, { level: 9 }).length;
    console.log(`antiphon/protocol/events: ${code.length} bytes minified, ${bytes} bytes gzipped`);
    expect(code.length).toBeGreaterThan(5000);
    expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('holds no validator', () => {
    expect(inputs.filter((file) => !/dist\/protocol\/(events\/[\w-]+|event-types)\.js$/.test(file))).toEqual([]);
    expect(Buffer.from(code).toString('utf8')).not.toMatch(/zod/i);
  });
});

describe('the events entry in Node', () => {
  it('loads nothing but its own files', () => {
    const files: readonly string[] = JSON.parse(inFreshNode(TELL_FILES));
    expect(files).toContain(entry.href);
    expect(files.filter((file) => !/\/dist\/protocol\/(events\/[\w-]+|event-types)\.js$/.test(file))).toEqual([]);
  });
});
