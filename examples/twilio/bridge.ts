/** One telephone call: a Twilio media stream on one side, a session on the other, µ-law at 8 kHz all the way. */
import { createPlayhead, drivePlayhead, markSource, startSession } from 'antiphon/client';
import * as z from 'zod';
import { endpoint } from '../endpoint.ts';

/** The stream as far as a call needs it. */
export interface Stream {
  send(frame: string): void;
  close(): void;
}

export interface Call {
  /** Takes a frame of the stream. */
  take(frame: string): void;
  hangUp(): void;
}

/** What Twilio says, as far as it matters here. */
const Told = z.discriminatedUnion('event', [
  z.object({ event: z.literal('start'), streamSid: z.string() }),
  z.object({ event: z.literal('media'), media: z.object({ payload: z.base64() }) }),
  z.object({ event: z.literal('mark'), mark: z.object({ name: z.string() }) }),
]);

const pcmu = { format: { type: 'audio/pcmu' as const } };

/** Joins a stream that Twilio has opened with a session of its own. The model greets the caller. */
export function bridge(stream: Stream): Call {
  const session = startSession({
    ...endpoint,
    session: { type: 'realtime', instructions: 'You are on the telephone.', audio: { input: pcmu, output: pcmu } },
  });
  const marks = markSource();
  let streamSid = '';
  const tell = (event: string, body: object = {}) => stream.send(JSON.stringify({ event, streamSid, ...body }));

  drivePlayhead(session, createPlayhead(marks), {
    speaker: {
      play({ audio }) {
        tell('media', { media: { payload: audio } });
        // It comes back when all before it has been played: that is how the playhead knows what was heard.
        tell('mark', { mark: { name: marks.mark() } });
      },
      // The caller speaks: Twilio drops what it has not played.
      stop: () => tell('clear'),
    },
    onInterrupted: (cuts) => console.log('interrupted', JSON.stringify(cuts)),
    onError: (error) => console.error(error),
  });
  session.on('error', ({ error }) => console.error(error));
  session.closed.then(() => stream.close());

  return {
    take(frame) {
      const told = read(frame);
      if (told === null || session.connection === 'closed') return;
      switch (told.event) {
        case 'start':
          streamSid = told.streamSid;
          session.respond({ instructions: 'Greet the caller.' });
          break;
        case 'media':
          session.appendAudio(told.media.payload);
          break;
        case 'mark':
          marks.reached(told.mark.name);
          break;
        default:
          told satisfies never;
      }
    },
    hangUp: () => session.close(),
  };
}

/** Null for what does not matter here, and for what nobody should send. */
function read(frame: string): z.infer<typeof Told> | null {
  try {
    return Told.safeParse(JSON.parse(frame)).data ?? null;
  } catch {
    return null;
  }
}
