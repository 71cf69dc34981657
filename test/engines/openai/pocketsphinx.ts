import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The words of a WAV file (16 kHz, mono, 16 bits), out of what a grammar allows: alternatives in JSGF such as
 * `what is the weather in (paris | london)`, in small letters, of words that the program's English dictionary has.
 */
export async function recognise(wav: Uint8Array, grammar: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'antiphon-ears-'));
  const file = (name: string): string => join(folder, name);
  try {
    await writeFile(file('speech.wav'), wav);
    await writeFile(file('talk.gram'), `#JSGF V1.0;\ngrammar talk;\npublic <talk> = ${grammar.join(' | ')};\n`);
    const given = { '-infile': file('speech.wav'), '-jsgf': file('talk.gram'), '-logfn': file('log') };
    const { stdout } = await run('pocketsphinx_continuous', Object.entries(given).flat());
    return stdout.replace(/\s+/g, ' ').trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}
