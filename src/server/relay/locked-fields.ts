import { isJsonObject, type JsonObject } from '../../protocol/json.ts';

/** Where each stands in a session or response, in today's shape and in that of the beta. */
const places = {
  instructions: ['instructions', 'prompt'],
  tools: ['tools'],
  tool_choice: ['tool_choice'],
  model: ['model'],
  voice: ['audio.output.voice', 'voice'],
  speed: ['audio.output.speed', 'speed'],
  max_output_tokens: ['max_output_tokens', 'max_response_output_tokens'],
  output_modalities: ['output_modalities', 'modalities'],
  turn_detection: ['audio.input.turn_detection', 'turn_detection'],
  transcription: ['audio.input.transcription', 'input_audio_transcription'],
  noise_reduction: ['audio.input.noise_reduction', 'input_audio_noise_reduction'],
  input_format: ['audio.input.format', 'input_audio_format'],
  output_format: ['audio.output.format', 'output_audio_format'],
  truncation: ['truncation'],
  reasoning: ['reasoning'],
  parallel_tool_calls: ['parallel_tool_calls'],
  include: ['include'],
  tracing: ['tracing'],
  temperature: ['temperature'],
} as const;

/** A part of the session that a relay can keep its clients from changing. */
export type LockedField = keyof typeof places;

/** All of them. */
export const lockedFields: readonly LockedField[] = [
  'instructions',
  'tools',
  'tool_choice',
  'model',
  'voice',
  'speed',
  'max_output_tokens',
  'output_modalities',
  'turn_detection',
  'transcription',
  'noise_reduction',
  'input_format',
  'output_format',
  'truncation',
  'reasoning',
  'parallel_tool_calls',
  'include',
  'tracing',
  'temperature',
];

export interface Locks {
  readonly fields: ReadonlySet<LockedField>;
  /** Names of the session's own model: to name it changes nothing. */
  readonly models: readonly (string | null)[];
}

/** The path of the first locked field that a session or response settings set, below `root`; null where they set none. */
export function lockedIn(settings: JsonObject, root: string, { fields, models }: Locks): string | null {
  for (const field of fields) {
    for (const place of places[field]) {
      const touched = touchedAt(settings, place.split('.'));
      if (touched === null) continue;
      if (field === 'model' && models.some((model) => model === touched.value)) continue;
      return `${root}.${touched.path}`;
    }
  }
  return fields.has('instructions') || fields.has('tools') ? lockedInput(settings, root, fields) : null;
}

/** What of an item that a client puts into the conversation is locked: words of the system, or tools. */
export function lockedInItem(item: unknown, root: string, fields: ReadonlySet<LockedField>): string | null {
  if (!isJsonObject(item)) return null;
  const role = valueOf(item, 'role');
  const isSystem = role !== undefined && role !== 'user' && role !== 'assistant';
  if (fields.has('instructions') && isSystem) return `${root}.role`;
  const type = valueOf(item, 'type');
  return fields.has('tools') && type === 'mcp_list_tools' ? `${root}.type` : null;
}

/** What a response is to read beside the conversation are items, too. */
function lockedInput(settings: JsonObject, root: string, fields: ReadonlySet<LockedField>): string | null {
  const input = valueOf(settings, 'input');
  const items: readonly unknown[] = Array.isArray(input) ? input : [];
  for (const [index, item] of items.entries()) {
    const locked = lockedInItem(item, `${root}.input[${index}]`, fields);
    if (locked !== null) return locked;
  }
  return null;
}

interface Touched {
  readonly path: string;
  readonly value: unknown;
}

/** What stands at a path; or else at the end of it that is there, where that is no object: null takes all below it away. */
function touchedAt(settings: JsonObject, path: readonly string[]): Touched | null {
  let value: unknown = settings;
  for (const [depth, name] of path.entries()) {
    if (!isJsonObject(value)) return { path: path.slice(0, depth).join('.'), value };
    value = valueOf(value, name);
    if (value === undefined) return null;
  }
  return { path: path.join('.'), value };
}

/** Some endpoints mind no case in keys. */
export function valueOf(object: JsonObject, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const key = Object.keys(object).find((each) => each.toLowerCase() === name);
  return key === undefined ? undefined : object[key];
}
