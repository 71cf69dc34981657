import { cancel, confirm, intro, log, outro, select, spinner, text } from '@clack/prompts';
import colors from 'picocolors';
import type { Choice, Choices } from '../endpoints/choice.ts';
import { lacksOf } from '../models/lacks.ts';
import { printable } from '../printable.ts';
import type { Answers } from './config-text.ts';

export interface Asking {
  readonly file: string;
  /** Whether the file is there already. */
  readonly exists: boolean;
  /** Finds out what there is to choose from. */
  readonly look: () => Promise<Choices>;
  /** Where it looks, as the end of a sentence. */
  readonly places: string;
}

/** Thrown where the person breaks off. */
class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/** Asks at the terminal which models to use; null where the person breaks off or wants the file to stay as it is. */
export async function askAbout(asking: Asking): Promise<Answers | null> {
  try {
    intro(colors.bold('antiphon init'));
    return await ask(asking);
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
    cancel('Nothing was written.');
    return null;
  }
}

async function ask({ file, exists, look, places }: Asking): Promise<Answers> {
  if (
    exists &&
    !(await answered(confirm({ message: `${printable(file)} is there already. Overwrite it?`, initialValue: false })))
  ) {
    throw new BrokenOff();
  }
  const search = spinner();
  search.start('Looking for models on this machine');
  const choices = await look();
  search.stop(foundLine(choices));
  const languageModel =
    choices.languageModels.length === 0
      ? await describedModel(places)
      : await chosen('Which language model?', choices.languageModels);
  const transcriber = await chosen('What puts speech into words?', choices.transcribers);
  const synthesizer = await chosen('What speaks the answers?', choices.synthesizers);
  const instructions = await answered(
    text({ message: 'Instructions for every session?', placeholder: 'none', defaultValue: '' }),
  );
  const name = await answered(
    text({ message: 'What do clients call the model? * is any name.', initialValue: '*', validate: nameMistake }),
  );
  for (const lack of lacksOf({ transcriber, language_model: languageModel, synthesizer }))
    log.warn(`The model ${printable(lack)}.`);
  outro(`Serve it: antiphon serve --config ${printable(file)}`);
  return { name, languageModel, transcriber, synthesizer, instructions };
}

/** Where nothing was found, the person says where a language model is. */
async function describedModel(places: string): Promise<Answers['languageModel']> {
  log.warn(printable(`No language model at ${places}.`));
  const url = await answered(
    text({ message: 'Base URL of one?', initialValue: 'http://localhost:11434/v1', validate: urlMistake }),
  );
  const model = await answered(text({ message: 'Name of the model?', placeholder: 'qwen3:8b', validate: nameMistake }));
  return { engine: 'openai', base_url: url, model };
}

async function chosen<Entry>(message: string, choices: readonly Choice<Entry>[]): Promise<Entry> {
  const options = choices.map(({ label }, value) => ({ value, label }));
  const choice = choices[await answered(select({ message, options, maxItems: 12 }))];
  if (choice === undefined) throw new BrokenOff();
  return choice.entry;
}

/** A question whose input has ended is never answered: then nothing is left to do. */
async function answered<T>(prompt: Promise<T>): Promise<Exclude<T, symbol>> {
  let giveUp = (): void => {};
  const nothingMore = new Promise<symbol>((resolve) => {
    giveUp = () => resolve(Symbol('nothing more'));
  });
  process.once('beforeExit', giveUp);
  const answer = await Promise.race([prompt, nothingMore]);
  process.off('beforeExit', giveUp);
  if (typeof answer === 'symbol') throw new BrokenOff(); // Ctrl-C, Escape, or Ctrl-D
  return answer as Exclude<T, symbol>;
}

function foundLine({ transcribers, languageModels, synthesizers }: Choices): string {
  const labels = [...languageModels, ...transcribers, ...synthesizers].filter(({ entry }) => typeof entry === 'object');
  return labels.length === 0 ? 'Found none' : `Found ${labels.map(({ label }) => label).join(', ')}`;
}

function nameMistake(name: string | undefined): string | undefined {
  return name === undefined || name.trim() === '' ? 'It needs a name.' : undefined;
}

function urlMistake(url: string | undefined): string | undefined {
  return /^https?:\/\/[^\s/?#@]+/.test(url ?? '') ? undefined : 'It must be a URL such as http://localhost:11434/v1.';
}
