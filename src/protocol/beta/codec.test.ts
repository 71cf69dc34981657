import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientEventTypes, serverEventTypes } from '../event-types.ts';
import * as beta from './index.ts';

/** Keys and values that the codec looks at, put together in every wrong way. */
const KEYS =
  'type session item response audio input output content role status format modalities output_modalities voice ' +
  'tool_choice function name turn_detection event_id client_secret expires_after input_audio_format __proto__ toString';
const key = fc.oneof(fc.constantFrom(...KEYS.split(' ')), fc.string());
const leaf = fc.oneof(
  fc.constantFrom<unknown>(...clientEventTypes, ...serverEventTypes),
  fc.constantFrom<unknown>('transcription_session.update', 'transcription', 'message', 'assistant', 'item_reference'),
  fc.constantFrom<unknown>('text', 'audio', 'output_text', 'pcm16', 'function', 'in_progress', null, true, 1),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
}));
const anyObject = fc.dictionary(key, value, { maxKeys: 6 });

const functions: readonly [string, (object: beta.JsonObject) => unknown][] = [
  ['clientEventFromBeta', beta.clientEventFromBeta],
  ['clientEventToBeta', beta.clientEventToBeta],
  ['serverEventFromBeta', beta.serverEventFromBeta],
  ['serverEventToBeta', beta.serverEventToBeta],
  ['sessionFromBeta', (session) => beta.sessionFromBeta(session)],
  ['sessionToBeta', beta.sessionToBeta],
  ['clientSecretRequestFromBeta', (body) => beta.clientSecretRequestFromBeta(body)],
  ['clientSecretRequestToBeta', beta.clientSecretRequestToBeta],
  ['clientSecretResponseFromBeta', (body) => beta.clientSecretResponseFromBeta(body)],
  ['clientSecretResponseToBeta', beta.clientSecretResponseToBeta],
];

describe('whatever object it is given', () => {
  it.each(functions)('%s gives JSON, and leaves what it was given as it was', (_name, map) => {
    fc.assert(
      fc.property(anyObject, (object) => {
        const before = structuredClone(object);
        const result = map(object);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        expect(object).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });
});
