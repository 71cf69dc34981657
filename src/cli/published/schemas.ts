import * as z from 'zod';
import { definitionNames } from '../../protocol/published/definitions.ts';
import { type Definitions, describedDefinitions } from '../../protocol/published/described.ts';
import type { Docs } from '../../protocol/published/docs.ts';
import { definitionsOf, type JsonSchemaOptions, toJsonSchema } from '../../protocol/published/json-schema.ts';
import {
  clientSecretRequest,
  clientSecretResponse,
  translationClientSecretRequest,
  translationClientSecretResponse,
} from '../../protocol/schemas/rest.ts';
import { incomingCallWebhook } from '../../protocol/schemas/webhook.ts';
import { bodyNames, errorBody, liveness, modelList, readiness, sessionList } from './bodies.ts';

const asked = [clientSecretRequest, translationClientSecretRequest];
const answered = [
  clientSecretResponse,
  translationClientSecretResponse,
  errorBody,
  modelList,
  liveness,
  readiness,
  sessionList,
  incomingCallWebhook,
] as const;

const names = new Map([...definitionNames, ...bodyNames]);

/**
 * Every object of the REST part. Requests refuse keys that they do not name, answers allow them: a definition that
 * serves both is there twice, as `Name` and as `ShownName`.
 */
export function schemas(docs: Docs): Definitions {
  const requests = describedDefinitions(definitions(z.union(asked), 'client'), docs);
  const answers = describedDefinitions(definitions(z.union(answered), 'server'), docs);
  const all = { ...requests, ...shownApart(answers, requests) };
  return JSON.parse(JSON.stringify(all).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

function definitions(schema: z.ZodType, from: JsonSchemaOptions['from']): Definitions {
  return definitionsOf(toJsonSchema(schema, { from, names }));
}

/** The answers with another name for each definition that is another one in requests, by itself or by what it uses. */
function shownApart(answers: Definitions, requests: Definitions): Definitions {
  const apart = new Set<string>();
  const texts = Object.entries(answers).map(([name, schema]) => ({ name, text: JSON.stringify(schema) }));
  const usesApart = (text: string): boolean => [...apart].some((name) => text.includes(referenceTo(name)));
  for (let before = -1; before < apart.size; ) {
    before = apart.size;
    for (const { name, text } of texts) {
      const request = requests[name];
      if (request !== undefined && (JSON.stringify(request) !== text || usesApart(text))) apart.add(name);
    }
  }
  const renamed = texts.map(({ name, text }): [string, unknown] => [
    apart.has(name) ? shownName(name) : name,
    JSON.parse(
      [...apart].reduce((json, each) => json.replaceAll(referenceTo(each), referenceTo(shownName(each))), text),
    ),
  ]);
  return Object.fromEntries(renamed) as Definitions;
}

function shownName(name: string): string {
  return `Shown${name}`;
}

/** With its closing quote, so that no name is taken for the beginning of another. */
function referenceTo(name: string): string {
  return `"#/$defs/${name}"`;
}
