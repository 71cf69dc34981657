import type { Endpoint } from '../endpoints/known.ts';

/** Where `init` looks for models. */
export interface Looked {
  readonly asked: readonly Endpoint[];
  readonly espeak: boolean;
  readonly openaiKey: boolean;
}

/** Every place that was asked, and what came of those that are not asked over the network; as the middle of a sentence. */
export function placesOf({ asked, espeak, openaiKey }: Looked): string {
  const endpoints = asked.map(({ name, baseUrl }) => (name === baseUrl ? baseUrl : `${baseUrl} (${name})`));
  const key = `OPENAI_API_KEY is ${openaiKey ? '' : 'not '}set`;
  const voice = `espeak-ng is ${espeak ? '' : 'not '}installed`;
  return `${endpoints.join(', ')}; ${key}, and ${voice}`;
}
