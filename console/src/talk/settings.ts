import type { Session } from 'antiphon/protocol/events';
import type { Detection } from '../place/address.ts';

/** What a user may choose of a session before it begins. */
export interface Wanted {
  readonly voice: string;
  readonly instructions: string;
  readonly detection: Detection;
}

/** Writes down what the user says; endpoints of their own take any name. */
const transcription = { model: 'gpt-4o-mini-transcribe' };

/** The settings that are sent first. What the user did not choose is the server's to say. */
export function sessionOf({ voice, instructions, detection }: Wanted): Session {
  return {
    type: 'realtime',
    ...(instructions.trim() === '' ? {} : { instructions }),
    audio: {
      input: { transcription, ...turnDetection(detection) },
      ...(voice === '' ? {} : { output: { voice } }),
    },
  };
}

function turnDetection(detection: Detection) {
  switch (detection) {
    case 'auto':
      return {};
    case 'push':
      return { turn_detection: null };
    case 'server_vad':
    case 'semantic_vad':
      return { turn_detection: { type: detection } };
    default:
      return detection satisfies never;
  }
}

/** The API's own voices, which most endpoints take; others are typed in. */
export const knownVoices = [
  'alloy',
  'ash',
  'ballad',
  'cedar',
  'coral',
  'echo',
  'marin',
  'sage',
  'shimmer',
  'verse',
] as const;
