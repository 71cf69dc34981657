import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { SetupError } from '../../server/setup-error.ts';
import { copyTake } from '../../take/convert/copy.ts';
import { harOf, socketsIn } from '../../take/convert/har.ts';
import { scenarioOf } from '../../take/convert/scenario.ts';
import { vttOf } from '../../take/convert/vtt.ts';
import { wavOf } from '../../take/convert/wav.ts';
import { base64 } from '../../take/node/base64.ts';
import { FileSink } from '../../take/node/file-sink.ts';
import type { Take } from '../../take/reader.ts';
import { TakeError } from '../../take/take-error.ts';
import type { TakeSink } from '../../take/writer.ts';
import { oneLine } from '../one-line.ts';
import { printable } from '../printable.ts';
import { version } from '../version.ts';
import type { ConvertFlags, TakeForm } from './flags.ts';
import { namedTake } from './named-take.ts';

/** `antiphon take convert`. */
export async function convert(file: string, { to, out }: ConvertFlags): Promise<void> {
  const target = out ?? `${file.replace(/\/+$/, '').replace(/\.take(?:\.jsonl)?$|\.har$/, '')}${endings[to]}`;
  if (existsSync(target))
    throw new SetupError('invalid_configuration', `${target} is there already. Name another with --out.`);
  const written = file.endsWith('.har') ? await fromHar(file, to, target) : await fromTake(namedTake(file), to, target);
  for (const each of written) process.stdout.write(`${printable(each)}\n`);
}

const endings: Readonly<Record<TakeForm, string>> = {
  scenario: '.yaml',
  inline: '.take.jsonl',
  folder: '.take',
  har: '.har',
  wav: '.wav',
  vtt: '.vtt',
};

async function fromTake(take: Take, to: TakeForm, target: string): Promise<readonly string[]> {
  if (to === 'folder' || to === 'inline') {
    write(target, to, (sink) => copyTake(take, to, sink, base64));
    return [target];
  }
  await writeFile(target, contentOf(take, to));
  return [target];
}

function contentOf(take: Take, to: Exclude<TakeForm, 'folder' | 'inline'>): string | Uint8Array {
  switch (to) {
    case 'scenario':
      return stringify(scenarioOf(take));
    case 'har':
      return `${JSON.stringify(harOf(take, base64), null, 1)}\n`;
    case 'wav':
      return wavOf(take, base64);
    case 'vtt':
      return vttOf(take);
    default:
      return to satisfies never;
  }
}

/** One take for each Realtime socket of the file. */
async function fromHar(file: string, to: TakeForm, target: string): Promise<readonly string[]> {
  if (to !== 'folder' && to !== 'inline') {
    throw new SetupError('invalid_configuration', 'A HAR file becomes a take first: --to folder or --to inline.');
  }
  const sockets = await readHar(file);
  const by = `antiphon ${version()}`;
  const targets = sockets.map((_, index) =>
    index === 0 ? target : target.replace(/(\.take(?:\.jsonl)?)?$/, `-${index + 1}$1`),
  );
  for (const [index, socket] of sockets.entries())
    write(targets[index] ?? target, to, (sink) => socket.write(sink, to, by));
  return targets;
}

async function readHar(file: string): Promise<ReturnType<typeof socketsIn>> {
  try {
    return socketsIn(await readFile(file, 'utf8'), file, base64);
  } catch (cause) {
    throw new SetupError('unreadable_file', `Can't read ${file}: ${oneLine(cause)}`, { cause });
  }
}

function write(path: string, form: 'folder' | 'inline', tell: (sink: TakeSink) => void): void {
  try {
    const sink = new FileSink({ path, form });
    tell(sink);
    sink.end();
  } catch (cause) {
    if (cause instanceof TakeError) throw cause;
    throw new SetupError('unreadable_file', `Can't write ${path}: ${oneLine(cause)}.`, { cause });
  }
}
