import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { scenarioSchema } from '../../engines/scenario/schema.ts';
import { asyncApi } from '../../protocol/published/asyncapi.ts';
import { readDocs } from '../../protocol/published/docs.ts';
import type { Names } from '../../protocol/published/json-schema.ts';
import { type SchemaFile, schemaFileContent, schemaFiles } from '../../protocol/published/schema-files.ts';
import { takeLineSchema } from '../../take/line-schema.ts';
import { engineNames } from '../config/engine-entry.ts';
import { keyNames } from '../config/key-entry.ts';
import { modelNames } from '../config/model-entry.ts';
import { configSchema } from '../config/schema.ts';
import { telephonyNames } from '../config/telephony-entry.ts';
import { version } from '../version.ts';
import { openApi } from './document.ts';

/** What the parts of a scenario are called. */
function scenarioNames(): Names {
  const { pace, hear, translate, replies } = scenarioSchema.shape;
  const [, heard] = hear.unwrap().element.options;
  const reply = replies.unwrap().element;
  const step = reply.shape.steps.element;
  return new Map<z.ZodType, string>([
    [pace.unwrap(), 'Pace'],
    [heard, 'Heard'],
    [heard.shape.segments.unwrap().element, 'Segment'],
    [heard.shape.fail.unwrap(), 'Failure'],
    [translate.unwrap().element, 'Translation'],
    [reply, 'Reply'],
    [reply.shape.when.unwrap(), 'When'],
    [step, 'Step'],
    [step.shape.call.unwrap(), 'Call'],
  ]);
}

/** What the parts of a configuration are called. */
function configNames(): Names {
  const { auth, tls, limits, resume, drain, webrtc, record, log, compatibility } = configSchema.shape;
  return new Map<z.ZodType, string>([
    [auth.unwrap(), 'Auth'],
    [tls.unwrap(), 'Tls'],
    [limits.unwrap(), 'Limits'],
    [resume.unwrap(), 'Resume'],
    [drain.unwrap(), 'Drain'],
    [webrtc.unwrap(), 'WebRtc'],
    [webrtc.unwrap().shape.ice_servers.unwrap().element, 'IceServer'],
    [record.unwrap(), 'Record'],
    [log.unwrap(), 'Log'],
    [compatibility.unwrap(), 'Compatibility'],
    ...keyNames,
    ...telephonyNames,
    ...modelNames,
    ...engineNames,
  ]);
}

/** The files that people write: what their editors check and complete them by. */
export const writtenByPeople: readonly SchemaFile[] = [
  {
    name: 'scenario',
    title: 'Antiphon scenario',
    description: 'A script that plays the model: the same frames from the client give the same frames from the server.',
    schema: scenarioSchema,
    from: 'person',
    names: scenarioNames(),
  },
  {
    name: 'config',
    title: 'Antiphon configuration',
    description: 'What `antiphon serve` reads from `antiphon.yaml` or from the file that `--config` names.',
    schema: configSchema,
    from: 'person',
    names: configNames(),
  },
];

/** Where the schemas of the wire live, whose doc comments become descriptions: as source or compiled. */
const documented = join(import.meta.dirname, '../../protocol/schemas');

/** Every published schema by the name of its file. */
export function publishedSchemas(): ReadonlyMap<string, unknown> {
  const docs = readDocs(sources());
  const files = [...schemaFiles, ...writtenByPeople].map((file): [string, unknown] => [
    `${file.name}.json`,
    schemaFileContent(file, docs),
  ]);
  return new Map([
    ...files,
    ['take.json', takeLineSchema],
    ['asyncapi.json', asyncApi(docs, version())],
    ['openapi.json', openApi(docs, version())],
  ]);
}

function sources(): string[] {
  const names = readdirSync(documented).filter((name) => /(?<!\.d|\.test)\.[jt]s$/.test(name));
  return names.toSorted().map((name) => readFileSync(join(documented, name), 'utf8'));
}
