import { describe, expect, it } from 'vitest';
import { openingUpdate } from './opening-update.ts';

describe('what an upstream is sent first', () => {
  it('takes what the client secret has settled as an update: sound is filled in, and a detector replaced whole', () => {
    const configured = {
      instructions: 'a',
      audio: {
        input: { turn_detection: { type: 'server_vad', threshold: 0.7 }, noise_reduction: { type: 'near_field' } },
        output: { voice: 'ash' },
      },
      tracing: { workflow_name: 'w' },
    };
    const settled = {
      model: 'm',
      audio: { input: { turn_detection: { type: 'semantic_vad' } }, output: { speed: 1.2 } },
      tracing: { group_id: 'g' },
    };
    expect(openingUpdate('realtime', { configured, settled, transcriptionModel: null })?.['session']).toEqual({
      type: 'realtime',
      instructions: 'a',
      audio: {
        input: { turn_detection: { type: 'semantic_vad' }, noise_reduction: { type: 'near_field' } },
        output: { voice: 'ash', speed: 1.2 },
      },
      tracing: { group_id: 'g' },
    });
  });
});
