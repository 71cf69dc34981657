import { describe, expect, it } from 'vitest';
import { created, event, part, sound } from '../../../test/client/spoken.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import { clockSource } from './clock-source.ts';
import { type DrivenSession, type DriveOptions, drivePlayhead } from './drive.ts';
import { createPlayhead } from './playhead.ts';
import { statisticsSource } from './statistics-source.ts';

/** A session that writes down what it is asked for. */
function driven(detection: object | null | undefined, more: Partial<DriveOptions> = {}, failure: Error | null = null) {
  const asked: unknown[] = [];
  const errors: unknown[] = [];
  const time = { ms: 0 };
  let handle: (event: AnyServerEvent) => unknown = () => {};
  const ask = (what: unknown): Promise<never> => {
    asked.push(what);
    return failure === null ? new Promise(() => {}) : Promise.reject(failure);
  };
  const session: DrivenSession = {
    on(_type, handler) {
      handle = handler as typeof handle;
      return () => {
        handle = () => {};
      };
    },
    send(what) {
      if (failure !== null) throw failure;
      asked.push(what);
    },
    truncate: (id, ms, options) => ask([id, ms, options?.contentIndex]),
    deleteItem: (id) => ask([id]),
    config: { type: 'realtime', audio: { input: { turn_detection: detection } } } as DrivenSession['config'],
  };
  const speaker = { played: [] as string[], stopped: 0 };
  return {
    asked,
    errors,
    time,
    speaker,
    options: {
      speaker: { play: ({ itemId }) => void speaker.played.push(itemId), stop: () => void speaker.stopped++ },
      onError: (error) => void errors.push(error),
      ...more,
    } satisfies DriveOptions,
    session,
    tell: (...events: AnyServerEvent[]) => events.forEach((each) => handle(each)),
  };
}

const speech = event('input_audio_buffer.speech_started', { item_id: 'u', audio_start_ms: 0 });
const cancel = { type: 'response.cancel', response_id: 'r' };

function start(at: ReturnType<typeof driven>) {
  return drivePlayhead(at.session, createPlayhead(clockSource({ now: () => at.time.ms })), at.options);
}

describe('speech', () => {
  it.each([
    ['leaves cancelling to a server that does it', { type: 'server_vad', interrupt_response: true }, []],
    ['leaves cancelling to a server that shows no settings', undefined, []],
    ['leaves cancelling to a server whose settings do not say', { type: 'semantic_vad' }, []],
    ['cancels where the server was told not to', { type: 'server_vad', interrupt_response: false }, [cancel]],
    ['cancels where turn detection was just switched off', null, [cancel]],
  ])('%s', (_name, detection, first) => {
    const at = driven(detection);
    start(at);
    at.tell(created('r'), sound('a', 48_000));
    at.time.ms = 250;
    at.tell(speech);
    expect(at.asked).toEqual([...first, ['a', 250, 0]]);
    expect(at.speaker).toEqual({ played: ['a'], stopped: 1 });
  });

  it('interrupts nothing where the app keeps that to itself', () => {
    const at = driven({ type: 'server_vad' }, { onSpeech: false });
    const driver = start(at);
    at.tell(created('r'), sound('a', 48_000), speech);
    expect(at.asked).toEqual([]);
    expect(driver.interrupt()).toEqual([{ kind: 'delete', item_id: 'a' }]);
    expect(at.asked).toEqual([cancel, ['a']]);
  });
});

describe('a driver', () => {
  it('takes back what begins after an interruption, and plays nothing of it', () => {
    const at = driven(null);
    const driver = start(at);
    at.tell(created('r'));
    driver.interrupt();
    at.tell(part('late'), sound('late', 480));
    expect(at.asked).toEqual([cancel, ['late']]);
    expect(at.speaker.played).toEqual([]);
  });

  it('on WebRTC also clears what the server plays', () => {
    const at = driven({ type: 'server_vad' });
    const driver = drivePlayhead(at.session, createPlayhead(statisticsSource()));
    at.tell(created('r'), part('a'), event('output_audio_buffer.started', { response_id: 'r' }));
    driver.interrupt();
    expect(at.asked).toEqual([cancel, { type: 'output_audio_buffer.clear' }]);
    // The server has made all of it, and still plays.
    at.tell(event('response.done', { response: { id: 'r' } }));
    driver.interrupt();
    expect(at.asked.slice(2)).toEqual([{ type: 'output_audio_buffer.clear' }]);
  });

  it('tells of what was refused or could not be sent, and goes on', async () => {
    const at = driven(null, {}, new Error('closed'));
    const driver = start(at);
    at.tell(created('r'), sound('a', 480));
    driver.interrupt();
    await Promise.resolve();
    await Promise.resolve();
    expect(at.errors).toHaveLength(2);
  });

  it('lets go of the session', () => {
    const at = driven({ type: 'server_vad' });
    start(at).close();
    at.tell(created('r'), sound('a', 480), speech);
    expect(at.speaker).toEqual({ played: [], stopped: 0 });
  });
});
