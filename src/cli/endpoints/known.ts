/** A server of the OpenAI API's shape, where it usually is. */
export interface Endpoint {
  readonly name: string;
  /** With the version, without a slash at its end. */
  readonly baseUrl: string;
}

/** OpenAI's own. */
export const openaiBaseUrl = 'https://api.openai.com/v1';

/**
 * Where the servers that people run on their own machine listen. llama.cpp, LocalAI and whisper.cpp would all take port
 * 8080, which is ours as well: the documentation gives each a port of its own, and 8080 is asked for those who gave none.
 */
export const usualEndpoints: readonly Endpoint[] = [
  { name: 'Ollama', baseUrl: 'http://localhost:11434/v1' },
  { name: 'LM Studio', baseUrl: 'http://localhost:1234/v1' },
  { name: 'llama.cpp', baseUrl: 'http://localhost:8082/v1' },
  { name: 'LocalAI', baseUrl: 'http://localhost:8083/v1' },
  { name: 'llama.cpp or LocalAI', baseUrl: 'http://localhost:8080/v1' },
  { name: 'Speaches or vLLM', baseUrl: 'http://localhost:8000/v1' },
  { name: 'Kokoro', baseUrl: 'http://localhost:8880/v1' },
  { name: 'whisper.cpp', baseUrl: 'http://localhost:8081/v1' },
];

/** The usual endpoints, with Ollama where OLLAMA_HOST has put it, and those that the user named besides. */
export function endpointsToAsk(
  named: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly Endpoint[] {
  const ollama = ollamaUrl(environment['OLLAMA_HOST']);
  const usual = usualEndpoints.map((endpoint) =>
    endpoint.name === 'Ollama' && ollama !== null ? { ...endpoint, baseUrl: ollama } : endpoint,
  );
  const others = named.map((url) => ({ name: url, baseUrl: url.replace(/\/+$/, '') }));
  const isNamed = new Set(others.map(({ baseUrl }) => baseUrl));
  return [...others, ...usual.filter(({ baseUrl }) => !isNamed.has(baseUrl))];
}

/** OLLAMA_HOST is an address, with or without a scheme and a port; 0.0.0.0 is where it listens, not where to call it. */
function ollamaUrl(host: string | undefined): string | null {
  if (host === undefined || host === '') return null;
  const url = URL.parse(host.includes('://') ? host : `http://${host}`);
  if (url === null) return null;
  const name = url.hostname === '0.0.0.0' ? 'localhost' : url.hostname;
  const port = url.port === '' && !host.includes('://') ? '11434' : url.port;
  return `${url.protocol}//${name}${port === '' ? '' : `:${port}`}/v1`;
}
