import * as z from 'zod';
import { include } from './audio-input.ts';
import { unixSeconds } from './quantity.ts';
import { resumption } from './resumption.ts';
import { audioInput, effectiveAudioInput, shownOfSession } from './session.ts';
import { semanticVad, serverVad } from './turn-detection.ts';

const transcriptionFields = {
  type: z.literal('transcription'),
  audio: z.object({ input: audioInput.exactOptional() }).exactOptional(),
  /** Servers send null if nothing is included, though the official types forbid it. */
  include: include.nullable().exactOptional(),
};

/** The settings of a session that only transcribes, as a client sends them: only what is present changes. */
export const transcriptionSession = z.object({ ...transcriptionFields, ...shownOfSession });

/** Turn detection as servers show it here: there are no responses to start or stop, and `type` may be missing. */
const turnDetection = z.union([serverVad.extend({ type: z.literal('server_vad').exactOptional() }), semanticVad]);

/** A session that only transcribes, as a server shows it, with every setting in effect. */
export const effectiveTranscriptionSession = z.object({
  ...transcriptionFields,
  id: z.string().exactOptional(),
  /** `realtime.transcription_session` (behaviour §0 D12); the official types allow any string. */
  object: z.string().exactOptional(),
  /** When the session ends because of its age. It is 0 in a client secret, since the session has not started yet. */
  expires_at: unixSeconds.exactOptional(),
  /** How the session can be resumed. It is there only if the client asked for it. */
  resumption: resumption.exactOptional(),
  audio: z
    .object({
      input: effectiveAudioInput.extend({ turn_detection: turnDetection.nullable().exactOptional() }).exactOptional(),
    })
    .exactOptional(),
});

/** A session that only transcribes, as a client secret carries it. */
export const mintedTranscriptionSession = effectiveTranscriptionSession.extend({ id: z.string(), object: z.string() });
