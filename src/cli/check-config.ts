import { dirname, resolve } from 'node:path';
import { settle } from '../server/options.ts';
import { namedFile, usualFile } from './config/find.ts';
import { loadPrices } from './config/price-file.ts';
import { type Inspected, inspectConfig, type ReadConfig } from './config/read.ts';
import { readNamed } from './files.ts';
import { allOf, failuresIn } from './models/all-of.ts';
import { loadModels } from './models/table.ts';
import { oneLine } from './one-line.ts';
import { probeModels } from './presets/probe-models.ts';
import { printable } from './printable.ts';
import { budgetWarnings } from './serve/budget-warnings.ts';
import { type Environment, type FoundConfig, settingsOf } from './serve/settings.ts';

export interface CheckFlags {
  /** Ask the endpoints, too. */
  readonly probe?: boolean;
}

/** `antiphon check-config`: tells on standard error what is wrong with a file, or on standard output that it is fine. */
export async function checkConfig(named: string | undefined, { probe = false }: CheckFlags): Promise<void> {
  const file = namedFile(named, process.env) ?? usualFile;
  const folder = process.cwd();
  const text = await readNamed({ folder, path: file });
  const inspected = inspectConfig(text, file, process.env);
  const lacks: string[] = [];
  const problems = await problemsOf(inspected, {
    folder: dirname(resolve(folder, file)),
    probe,
    environment: process.env,
    tell: (lack) => lacks.push(lack),
  });
  // What is no mistake can wait until there is none.
  for (const line of problems.length > 0 ? problems : lacks) process.stderr.write(`${printable(line)}\n`);
  if (problems.length > 0) process.exitCode = 1;
  else process.stdout.write(`${printable(file)} is fine: ${countOf(inspected)}\n`);
}

interface Around {
  readonly folder: string;
  readonly probe: boolean;
  readonly environment: Environment;
  /** Is told what is no mistake, but hardly meant. */
  readonly tell: (lack: string) => void;
}

/** All that is wrong: with the file itself, else with what it names and with what it says as a whole. */
async function problemsOf(
  inspected: Inspected,
  { folder, probe, environment, tell }: Around,
): Promise<readonly string[]> {
  if (!inspected.ok) return inspected.problems;
  const file = { ...inspected.config, folder };
  const say = (text: string): string => printable(file.conceal(text));
  const failures = await failuresOf(file, environment, (lack) => tell(say(lack)));
  const problems = [...failures.map(oneLine), ...(probe ? await probeModels(file, environment) : [])];
  return problems.map(say);
}

async function failuresOf(
  file: FoundConfig,
  environment: Environment,
  tell: Around['tell'],
): Promise<readonly Error[]> {
  try {
    const settings = settingsOf({}, environment, file, file.folder);
    const { host, keys, adminKeys, mcp, webrtc, telephony, tls } = settings;
    const [models, prices, pair] = await allOf([
      loadModels(settings.models, { environment, endpoints: [], tell }),
      loadPrices(settings.prices),
      tls === null ? null : allOf([readNamed(tls.cert), readNamed(tls.key)]),
    ]);
    for (const warning of budgetWarnings({ keys, models, prices, isShared: settings.state !== null })) tell(warning);
    settle({
      models,
      auth: { keys, adminKeys },
      ...(host === undefined ? {} : { host }),
      ...(mcp === undefined ? {} : { mcp }),
      webrtc,
      ...(pair === null ? {} : { tls: { cert: pair[0], key: pair[1] } }),
      ...(telephony === undefined ? {} : { telephony }),
    });
    return [];
  } catch (cause) {
    return failuresIn(cause);
  }
}

function countOf(inspected: Inspected): string {
  const models = inspected.ok ? Object.keys(modelsIn(inspected.config)).length : 0;
  return `${models} ${models === 1 ? 'model' : 'models'}`;
}

function modelsIn({ values }: ReadConfig): object {
  return values.models ?? {};
}
