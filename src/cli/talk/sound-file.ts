import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { canResample } from '../../audio/resample.ts';
import { readWav, writeWav } from '../../audio/wav.ts';
import type { WavProblem } from '../../audio/wav-header.ts';
import { TalkError } from './failure.ts';

const problems: Readonly<Record<WavProblem, string>> = {
  not_wav: 'it is no WAV file',
  truncated: 'it ends before its sound begins',
  bad_format: 'its header makes no sense',
  unknown_encoding: 'its sound is in an encoding that is not known here',
  long_header: 'its header does not end',
};

/** The bytes of a WAV file that can be said. @throws {TalkError} with what is wrong with it */
export async function readSound(file: string): Promise<Uint8Array> {
  const bytes = await readFile(resolve(file)).catch((cause: unknown) => {
    throw new TalkError(`Can't read ${file}: ${reasonOf(cause)}.`);
  });
  const wav = readWav(bytes);
  if (!wav.ok) throw new TalkError(`Can't read ${file}: ${problems[wav.problem]}.`);
  if (wav.samples.length === 0) throw new TalkError(`Can't read ${file}: there is no sound in it.`);
  const { sampleRate } = wav.format;
  if (!canResample(sampleRate, 24_000)) {
    throw new TalkError(`Can't read ${file}: its rate of ${sampleRate} Hz can't be brought to 24000 Hz.`);
  }
  return bytes;
}

/** Fails early where a file can't be written. @throws {TalkError} */
export async function checkWritable(file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    throw new TalkError(`Can't write ${file}: ${reasonOf(cause)}.`);
  }
}

/** Writes 16-bit mono samples at 24 kHz. @throws {TalkError} */
export async function writeSound(file: string, samples: Int16Array): Promise<void> {
  try {
    await writeFile(resolve(file), writeWav(samples, { sampleRate: 24_000 }));
  } catch (cause) {
    throw new TalkError(`Can't write ${file}: ${reasonOf(cause)}.`);
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file or folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'that is not allowed';
    case 'EISDIR':
      return 'it is a folder';
    default:
      return String(code ?? cause);
  }
}
