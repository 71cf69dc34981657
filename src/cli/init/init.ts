import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { espeakInstalled } from '../../engines/espeak.ts';
import { SetupError } from '../../server/setup-error.ts';
import { usualFile } from '../config/find.ts';
import { findEndpoints } from '../endpoints/ask.ts';
import { type Choices, choicesFrom } from '../endpoints/choice.ts';
import { endpointsToAsk } from '../endpoints/known.ts';
import { lacksOf } from '../models/lacks.ts';
import { oneLine } from '../one-line.ts';
import { printable } from '../printable.ts';
import { type Answers, configText } from './config-text.ts';
import { placesOf } from './places.ts';

export interface InitFlags {
  /** The file to write. */
  readonly file?: string;
  /** Base URLs to look for models at, besides the usual ones. */
  readonly endpoint?: readonly string[];
  /** Ask nothing. */
  readonly yes?: boolean;
}

/**
 * `antiphon init`: looks for models, asks which to use, and writes a configuration file. Whoever breaks off leaves nothing
 * behind, and no file is overwritten unasked.
 */
export async function init({ file = usualFile, endpoint = [], yes = false }: InitFlags): Promise<void> {
  const path = resolve(file);
  const asked = endpointsToAsk(endpoint, process.env);
  const atHand = { espeak: espeakInstalled(), openaiKey: Boolean(process.env['OPENAI_API_KEY']) };
  const look = async (): Promise<Choices> => choicesFrom({ ...atHand, endpoints: await findEndpoints(asked) });
  if (yes) {
    if (existsSync(path)) throw refusal(`${file} is there already. Name another file with --file, or leave out --yes.`);
    const answers = likeliest(await look(), placesOf({ ...atHand, asked }));
    await write(path, configText(answers, schemaFor(path)));
    const name = printable(file);
    process.stdout.write(`${name} is written. Serve it: antiphon serve --config ${name}\n`);
    for (const lack of lacksOf({ ...answers, language_model: answers.languageModel }))
      process.stderr.write(`${name}: the model ${printable(lack)}\n`);
    return;
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw refusal('init asks questions, and there is no terminal to ask them at. With --yes it asks none.');
  }
  const { askAbout } = await import('./questions.ts');
  const answers = await askAbout({ file, exists: existsSync(path), look, places: placesOf({ ...atHand, asked }) });
  if (answers === null) {
    process.exitCode = 130;
    return;
  }
  await write(path, configText(answers, schemaFor(path)));
}

/** What is found, the first of each kind. */
function likeliest({ transcribers, languageModels, synthesizers }: Choices, places: string): Answers {
  const [transcriber] = transcribers;
  const [languageModel] = languageModels;
  const [synthesizer] = synthesizers;
  if (languageModel === undefined || transcriber === undefined || synthesizer === undefined) {
    const advice = 'Start one such as Ollama, name its --endpoint URL, or set OPENAI_API_KEY.';
    throw refusal(`found no language model at ${places}. ${advice}`);
  }
  return {
    name: '*',
    transcriber: transcriber.entry,
    languageModel: languageModel.entry,
    synthesizer: synthesizer.entry,
    instructions: '',
  };
}

/** Whole or not at all. */
async function write(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw refusal(`can't write ${path}: ${oneLine(cause)}.`);
  }
}

/** Where editors find the schema: by a relative path where the package is installed beside the file. */
function schemaFor(path: string): string {
  const schema = fileURLToPath(new URL('../../schema/config.json', import.meta.url));
  const fromFile = relative(dirname(path), schema);
  return fromFile.startsWith('..') ? schema : `./${fromFile}`;
}

function refusal(message: string): SetupError {
  return new SetupError('invalid_configuration', message);
}
