import { Document, Scalar, visit } from 'yaml';
import type { PipelineEntry } from '../config/model-entry.ts';
import { printable } from '../printable.ts';

/** What a configuration file is written from. */
export interface Answers {
  /** What clients call the model; `*` for any name. */
  readonly name: string;
  readonly transcriber: PipelineEntry['transcriber'];
  readonly languageModel: PipelineEntry['language_model'];
  readonly synthesizer: PipelineEntry['synthesizer'];
  /** Empty for none. */
  readonly instructions: string;
}

/** A configuration file with one pipeline. `schema` is where editors find the JSON Schema of such files. */
export function configText(answers: Answers, schema: string): string {
  const { name, transcriber, languageModel, synthesizer } = answers;
  const instructions = answers.instructions.trim();
  const pipeline = {
    vad: 'silero',
    transcriber,
    language_model: languageModel,
    synthesizer,
    ...(instructions === '' ? {} : { instructions }),
  };
  const models = yaml(escaped({ models: { [name]: { pipeline } } }));
  return [
    `# yaml-language-server: $schema=${schema}`,
    '# Read by `antiphon serve`, checked by `antiphon check-config`; a SIGHUP makes a running server read it again.',
    ...(name === '*' ? ['# "*" answers to every name that clients ask for.'] : []),
    models,
  ].join('\n');
}

/** YAML that shows what it says: what is not printable, in the name of a model that an endpoint lists, is in quotes and by code. */
function yaml(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_key, scalar) {
      const lines = typeof scalar.value === 'string' ? scalar.value.split('\n') : [];
      if (lines.some((line) => line !== printable(line))) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 }).split('\n').map(printable).join('\n');
}

/** `${` begins a reference to the environment, and what people answer holds none. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(escaped);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, escaped(inner)]));
}
