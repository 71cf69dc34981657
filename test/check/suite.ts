import { chosen } from '../../src/check/catalogue.ts';
import { type Check, profiles, type Result } from '../../src/check/check.ts';
import { type RunOptions, runChecks } from '../../src/check/run.ts';
import type { Model } from '../../src/engines/contract.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import type { Relay } from '../../src/server/relay/options.ts';
import { memoryEndpoint } from './endpoint.ts';
import { scenario } from './models.ts';
import type { Mutant } from './mutants/mutant.ts';
import { type Mutation, mutated } from './mutation.ts';

export interface SuiteOptions {
  readonly model?: Model | Relay;
  readonly checks?: readonly Check[];
  readonly mutation?: Mutation;
  readonly allowCostly?: boolean;
  readonly onResult?: RunOptions['onResult'];
}

export const allChecks: readonly Check[] = chosen(profiles, []);

/** A scripted model that does what the checks ask for. */
export const scripted: Model = scenarioModel(readScenario(scenario, 'scenario.yaml'));

/** What the suite says of our server, with one thing broken in it or none. */
export async function verdicts(options: SuiteOptions = {}): Promise<readonly Result[]> {
  const { model = scripted, checks = allChecks, mutation = {} } = options;
  const server = memoryEndpoint({ models: { '*': model } });
  try {
    const { allowCostly = false, onResult = () => {} } = options;
    const run = { checks, timeoutMs: 20_000, tries: 2, concurrency: 1, allowCostly, onResult };
    return await server.whileTimePasses(runChecks({ ...run, endpoint: mutated(server.endpoint, mutation) }));
  } finally {
    server.close();
  }
}

/** The ids of what does not hold. */
export function broken(results: readonly Result[]): readonly string[] {
  return results.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'absent').map(({ id }) => id);
}

/** What a mutant fails, of these checks and of the laws. */
export async function failedBy({ make, isCostly = false }: Mutant, checks = allChecks): Promise<readonly string[]> {
  return broken(await verdicts({ checks, mutation: make(), allowCostly: isCostly }));
}
