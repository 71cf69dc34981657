import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { echoModel, type Model, readScenario, scenarioModel } from 'antiphon/engines';
import { listen, type RunningServer } from 'antiphon/server';

export const examples = join(import.meta.dirname, '../../examples');
export const serverKey = 'sk-of-the-examples';
/** Where the page of the examples comes from. */
export const appOrigin = 'https://app.example';
const scenario = readFileSync(join(examples, 'scenario.yaml'), 'utf8');

/** The model of the examples. */
export function scripted(): Model {
  return scenarioModel(readScenario(scenario, 'scenario.yaml'));
}

/** The built server on a free port, with a key: the examples' model as `test`, `echo`, and `silent`, which says nothing. */
export function serveExamples(models: Readonly<Record<string, Model>> = {}): Promise<RunningServer> {
  const silent = scenarioModel(readScenario('{}', 'silent'));
  return listen({
    port: 0,
    models: { test: scripted(), echo: echoModel(), silent, ...models },
    auth: { keys: [serverKey], allowedOrigins: [appOrigin] },
  });
}
