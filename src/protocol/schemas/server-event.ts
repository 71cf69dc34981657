import * as z from 'zod';

/** What every server event carries, but for `input_audio_buffer.dtmf_event_received`: an id of its own. */
export const serverEventId = { event_id: z.string() };

/** What most deltas may carry: random text that evens out their sizes. Clients ignore it. */
export const padding = { obfuscation: z.string().exactOptional() };
