import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { decodeSamples, readWav, writeWav } from '../../src/audio/node/index.ts';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';

export interface BaresipOptions {
  /** What it says, as µ-law at 8 kHz. The call ends with it. */
  readonly says: Uint8Array;
  readonly transport?: 'udp' | 'tcp' | 'tls';
  readonly codec?: 'pcmu' | 'pcma';
  /** How its keys travel. Default: in packets. */
  readonly keys?: 'rtpevent' | 'info';
  /** Whether its sound is protected. Default: it is not. */
  readonly isProtected?: boolean;
}

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Debian's telephone program. */
export class Baresip {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #exited: Promise<unknown>;
  #output = '';

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.#exited = once(child, 'exit');
    const take = (text: Buffer): void => {
      this.#output += text.toString();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
  }

  static async start(options: BaresipOptions): Promise<Baresip> {
    const folder = folderWith({ accounts: `${accountOf(options)}\n`, contacts: '' });
    writeFileSync(join(folder, 'said.wav'), writeWav(decodeSamples(options.says, 'audio/pcmu'), { sampleRate: 8000 }));
    writeFileSync(join(folder, 'config'), configOf(folder));
    const child = spawn('baresip', ['-f', folder], { cwd: folder });
    running.push(child);
    const phone = new Baresip(child, folder);
    await phone.prints('baresip is ready');
    return phone;
  }

  get output(): string {
    return this.#output;
  }

  /** Types a command such as `dial sip:…`. */
  type(command: string): void {
    this.#child.stdin?.write(`/${command}\n`);
  }

  async prints(text: string): Promise<void> {
    await until(
      () => `baresip to print ${text}; it has printed ${this.#output}`,
      () => this.#output.includes(text),
    );
  }

  async quit(): Promise<void> {
    this.type('quit');
    await this.#exited;
  }

  /** What it has heard and said in all its calls, at 8 kHz. After it has quit. */
  get recordings(): { readonly heard: Int16Array; readonly said: Int16Array } {
    const samplesOf = (end: string): Int16Array => {
      const name = readdirSync(this.#folder).find((each) => each.endsWith(end));
      if (name === undefined) throw new Error(`baresip has kept nothing: ${this.#output}`);
      const wav = readWav(readFileSync(join(this.#folder, name)));
      if (!wav.ok) throw new Error(wav.problem);
      return wav.samples;
    };
    return { heard: samplesOf('-dec.wav'), said: samplesOf('-enc.wav') };
  }
}

function configOf(folder: string): string {
  const modules = ['stdio', 'g711', 'aufile', 'sndfile', 'srtp'].map((name) => `module ${name}.so`);
  return [
    'module_path /usr/lib/baresip/modules',
    ...modules,
    'module_app account.so',
    'module_app menu.so',
    `audio_source aufile,${join(folder, 'said.wav')}`,
    `snd_path ${folder}`,
    'sip_listen 127.0.0.1:0',
    '',
  ].join('\n');
}

function accountOf({
  transport = 'udp',
  codec = 'pcmu',
  keys = 'rtpevent',
  isProtected = false,
}: BaresipOptions): string {
  const protection = isProtected ? ';mediaenc=srtp-mand' : '';
  return `<sip:phone@127.0.0.1;transport=${transport}>;regint=0;audio_codecs=${codec}/8000/1;dtmfmode=${keys}${protection}`;
}
