import * as z from 'zod';
import { effectiveRealtimeSession, mintedRealtimeSession, realtimeSession } from './session.ts';
import {
  effectiveTranscriptionSession,
  mintedTranscriptionSession,
  transcriptionSession,
} from './transcription-session.ts';

/** Either kind of session as a client sends it. `type` says which, and is required even to change one field. */
export const session = z.discriminatedUnion('type', [realtimeSession, transcriptionSession]);

/** Either kind of session as `session.created` and `session.updated` carry it. */
export const effectiveSession = z.discriminatedUnion('type', [effectiveRealtimeSession, effectiveTranscriptionSession]);

/** Either kind of session as a client secret carries it. */
export const mintedSession = z.discriminatedUnion('type', [mintedRealtimeSession, mintedTranscriptionSession]);
