import { isModule } from '../config/engine-entry.ts';
import type { PipelineEntry } from '../config/model-entry.ts';
import { type ListedModel, listModels } from '../endpoints/ask.ts';
import { openaiBaseUrl } from '../endpoints/known.ts';
import { keyFor } from '../models/openai-options.ts';
import { type Place, placeIn } from '../models/place.ts';
import { oneLine } from '../one-line.ts';
import type { Environment, FoundConfig } from '../serve/settings.ts';

/** How long an endpoint may take to list its models, in milliseconds. */
const patienceMs = 5000;

/** One line for each engine of a file whose endpoint does not answer, refuses its key or does not list its model. */
export async function probeModels(file: FoundConfig, environment: Environment): Promise<readonly string[]> {
  const asked = Object.entries(file.values.models ?? {}).flatMap(([name, { pipeline }]) =>
    pipeline === undefined ? [] : enginesOf(pipeline, placeIn(file, ['models', name, 'pipeline'])),
  );
  const problems = await Promise.all(asked.map(({ entry, place }) => problemWith(entry, place, environment)));
  return problems.filter((problem) => problem !== null);
}

/** What is needed of an entry to ask its endpoint. */
interface Reach {
  readonly model: string;
  readonly base_url?: string | undefined;
  readonly api_key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

function enginesOf(pipeline: PipelineEntry, place: Place): { readonly entry: Reach; readonly place: Place }[] {
  return (['transcriber', 'language_model', 'synthesizer'] as const).flatMap((part) => {
    const entry = pipeline[part];
    const isOpenai = typeof entry === 'object' && !isModule(entry) && entry.engine === 'openai';
    return isOpenai ? [{ entry, place: place.at(part) }] : [];
  });
}

async function problemWith(entry: Reach, place: Place, environment: Environment): Promise<string | null> {
  const key = keyFor(entry, environment);
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const baseUrl = (entry.base_url ?? openaiBaseUrl).replace(/\/+$/, '');
  try {
    const options = { headers: { ...authorization, ...entry.headers }, timeoutMs: patienceMs };
    const models = await listModels(baseUrl, options);
    // Some servers list nothing: they answer, and that is all that can be known.
    const isListed = models === null || models.length === 0 || models.some(({ id }) => isSame(id, entry.model));
    return isListed ? null : place.problem(`${baseUrl} has no model ${entry.model}; it has ${someOf(models)}`).message;
  } catch (cause) {
    return place.problem(oneLine(cause)).message;
  }
}

/** Ollama leaves out `:latest` where people do. */
function isSame(listed: string, asked: string): boolean {
  return listed === asked || listed === `${asked}:latest`;
}

function someOf(models: readonly ListedModel[]): string {
  const names = models.slice(0, 5).map(({ id }) => id);
  return `${names.join(', ')}${models.length > names.length ? ' and others' : ''}`;
}
