import * as z from 'zod';

/** The longest pause that a timer keeps: 2^31 − 1 ms, about 24 days. */
const longestWaitMs = 2_147_483_647;

const milliseconds = z.number().min(0).max(longestWaitMs);
const seconds = z.number().min(0);

const pace = z
  .strictObject({
    first_ms: milliseconds.optional().describe('Wait before the first delta of a response. Default 0.'),
    delta_ms: milliseconds.optional().describe('Wait between later deltas. Default 0.'),
    unit: z.enum(['char', 'word', 'all']).optional().describe('What one delta holds. Default word.'),
  })
  .describe('How fast replies come.');

const failure = z.strictObject({
  code: z.string().min(1),
  message: z.string(),
});

const segment = z
  .strictObject({ speaker: z.string(), text: z.string(), start: seconds, end: seconds })
  .refine(({ start, end }) => end >= start, { path: ['end'], error: 'must not be less than start' });

const heardObject = z
  .strictObject({
    text: z.string().optional().describe('The transcript.'),
    segments: z.array(segment).optional().describe('Who said what, in seconds from the start of the audio.'),
    logprobs: z.boolean().optional().describe('Make up log probabilities, one token a word.'),
    fail: failure.optional().describe('The transcription fails; stands alone.'),
  })
  .superRefine((entry, context) => {
    if (entry.fail === undefined && entry.text === undefined) context.addIssue('needs either text or fail');
    if (entry.fail !== undefined && Object.keys(entry).length > 1)
      context.addIssue('holds fail together with other keys');
  });

const when = z
  .strictObject({
    contains: z
      .string()
      .min(1)
      .optional()
      .describe('The user has just spoken or written, and the words contain it, ignoring case.'),
    tool: z.string().min(1).optional().describe('The newest item is the output of a call to this tool.'),
  })
  .refine((condition) => Object.keys(condition).length > 0, { error: 'needs contains or tool' });

const call = z.strictObject({
  name: z.string().min(1),
  arguments: z
    .record(z.string(), z.unknown())
    .refine(isJson, { error: 'holds a value that JSON cannot say' })
    .optional()
    .describe('Default {}.'),
});

const stepKeys = {
  say: z
    .string()
    .optional()
    .describe('A message in the modality that the response asks for. {input} and {output} stand for words.'),
  call: call.optional().describe('A function call.'),
  fail: failure.optional().describe('Ends the response with status failed.'),
  incomplete: z
    .enum(['content_filter', 'max_output_tokens'])
    .optional()
    .describe('Ends the response with status incomplete.'),
  wait_ms: milliseconds.optional().describe('A pause.'),
};

const step = z
  .strictObject(stepKeys)
  .superRefine((entry, context) => {
    const keys = Object.keys(entry);
    if (keys.length === 0) context.addIssue(`needs one of ${Object.keys(stepKeys).join(', ')}`);
    if (keys.length > 1)
      context.addIssue(`holds ${keys.join(' and ')}; a step is one thing, so write one step for each`);
  })
  .meta({ minProperties: 1, maxProperties: 1 });

const reply = z.strictObject({
  when: when.optional().describe('Absent = always.'),
  pace: pace.optional().describe('Overrides the pace of the scenario, key by key.'),
  steps: z.array(step).min(1).describe('Run in order inside one response.'),
});

/** A scenario file as it is written: the shape, the check and, through `z.toJSONSchema`, the published schema. */
export const scenarioSchema = z
  .strictObject({
    seed: z.int().optional().describe('Ids and obfuscation come from it; absent = random.'),
    voice: z.enum(['tone', 'espeak']).optional().describe('How speech is made. Default tone.'),
    hear: z
      .array(z.union([z.string(), heardObject]))
      .optional()
      .describe('What committed user audio says, in order; when they run out: "".'),
    translate: z
      .array(z.strictObject({ input: z.string(), output: z.string() }))
      .optional()
      .describe('What a translation session hears and says, in order.'),
    pace: pace.optional(),
    replies: z.array(reply).optional().describe('The first entry whose `when` holds answers.'),
  })
  .meta({ title: 'Antiphon scenario', description: 'A script that plays the model.' });

/** A scenario that has been read and checked. Plain data, in the words of the file. */
export type Scenario = Readonly<z.infer<typeof scenarioSchema>>;
export type Reply = z.infer<typeof reply>;
export type ScenarioStep = z.infer<typeof step>;
export type Pace = z.infer<typeof pace>;
export type Heard = z.infer<typeof heardObject> | string;

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return typeof value === 'object' && Object.values(value).every(isJson);
}
