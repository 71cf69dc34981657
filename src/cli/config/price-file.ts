import { parseDocument } from 'yaml';
import * as z from 'zod';
import { plainYaml, yamlData } from '../../engines/yaml-data.ts';
import { SetupError } from '../../server/setup-error.ts';
import type { PriceList } from '../../usage/price-list.ts';
import { readNamed } from '../files.ts';
import type { FilePath } from '../serve/settings.ts';
import { defined } from './defined.ts';
import { key, section } from './field.ts';
import { problemsOf } from './problem.ts';

const price = () => {
  const error = 'must be a price in US dollars';
  return z.number({ error }).nonnegative({ error }).max(1_000_000, { error });
};

const ofTokens = section({
  text: price().describe('US dollars for a million tokens of text.'),
  audio: key('Of sound. Default: as text.', price()),
  image: key('Of images. Default: as text.', price()),
});

const ofModel = section({
  input: key('What the model reads and what was not cached.', ofTokens),
  cached: key('What it reads from the cache. Default: as input.', ofTokens),
  output: key('What it says.', ofTokens),
  minute: key('A minute of sound, of models that are billed by time.', price()),
}).refine((prices) => Object.keys(prices).length > 0, {
  error: 'must hold prices: write { input: { text: 1 }, output: { text: 2 } }',
});

const priceFile = z.record(z.string(), ofModel, { error: 'must hold the names of models and their prices' });

/**
 * Reads the text of a file of prices: for each model `{ input, cached, output }`, each `{ text, audio, image }` in US dollars
 * for a million tokens, or `minute`.
 *
 * @throws {SetupError} naming the file and the line, for the first thing that is wrong.
 */
export function readPrices(content: string, fileName: string): PriceList {
  const document = parseDocument(content, { prettyErrors: false, logLevel: 'error' });
  const lineAt = (offset: number): number => content.slice(0, offset).split('\n').length;
  const wrong = (offset: number, message: string): SetupError =>
    new SetupError('invalid_configuration', `${fileName}:${lineAt(offset)}: ${message}`);
  const [syntax] = [...document.errors, ...document.warnings];
  if (syntax !== undefined) throw wrong(syntax.pos[0], plainYaml(syntax.message));
  const read = yamlData(document);
  if (!read.ok) throw wrong(read.offset, read.problem);
  const checked = priceFile.safeParse(read.data ?? {});
  if (checked.success) return defined(checked.data);
  const [first] = problemsOf(checked.error, { document, written: new Map() });
  throw wrong(first?.offset ?? 0, first?.message ?? 'this makes no sense');
}

/**
 * The prices of a file; none where there is no such file to read.
 *
 * @throws {SetupError} where it can't be read, or makes no sense.
 */
export async function loadPrices(file: FilePath | null): Promise<PriceList> {
  return file === null ? {} : readPrices(await readNamed(file), file.path);
}
