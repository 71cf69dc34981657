import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourcePath } from '../../src/engines/silero/model-file.ts';

const root = join(import.meta.dirname, '../..');
const built = join(root, 'dist/engines/silero/silero_vad_v6.onnx');

describe('the built package', () => {
  it('holds Silero’s model as it was taken, and its notice', () => {
    expect(readFileSync(built).equals(readFileSync(sourcePath()))).toBe(true);
    const notice = readFileSync(join(root, 'NOTICE'), 'utf8');
    expect(notice).toContain('Copyright (c) 2020-present Silero Team');
    expect(notice).toContain('The above copyright notice and this permission notice shall be included in all');
  });

  it('reads the model that it holds, not the development dependency', () => {
    const script = "import('./dist/engines/silero/model-file.js').then(({ modelPath }) => console.log(modelPath()))";
    expect(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }).trim()).toBe(built);
  });
});
