import { go, place } from '../place/place.ts';
import { askServer, key, server } from '../place/server.ts';
import { newStory, show, shown } from '../place/shown.ts';
import { createStore, type Store } from '../place/store.ts';
import type { Live, LiveListener } from './live.ts';
import { type Problem, problemOf, problemOfClose } from './problem.ts';

/** How the page's own session stands. */
export interface Talking {
  readonly phase: 'idle' | 'starting' | 'live';
  readonly live: Live | null;
  readonly speaks: boolean;
  readonly isMuted: boolean;
  /** Push to talk: the user's finger is down. */
  readonly isPushed: boolean;
  readonly problem: Problem | null;
  /** What the page has to say that is no problem. */
  readonly notice: string | null;
}

const idle: Talking = {
  phase: 'idle',
  live: null,
  speaks: false,
  isMuted: false,
  isPushed: false,
  problem: null,
  notice: null,
};

export const talking: Store<Talking> = createStore<Talking>(idle);

/** How loud it is now, in dBFS; read by whoever draws it. */
export const levels: Record<'in' | 'out', number> = { in: -Infinity, out: -Infinity };

/** The model that is asked for: the chosen one, else the server's first. */
export function modelName(): string {
  return place.value.model || (server.value.models[0] ?? 'echo');
}

/** Begins to talk; a session that is open without a microphone gives way to one with it. */
export async function talk(): Promise<void> {
  talking.value.live?.close();
  await start(true);
}

/** Says something in writing; opens a session where there is none. */
export async function write(text: string): Promise<void> {
  if (talking.value.live === null) await start(false);
  talking.value.live?.write(text);
}

/** The session that is open; without a microphone, where one has to be opened first. */
export async function openLive(): Promise<Live | null> {
  if (talking.value.live === null) await start(false);
  return talking.value.live;
}

/** Ends the session, or gives up opening it. */
export function stop(): void {
  giveUp();
  talking.value.live?.close();
}

let giveUp = (): void => {};

export function setMuted(isMuted: boolean): void {
  talking.value.live?.setMuted(isMuted);
  talking.patch({ isMuted });
}

export function setPushed(isPushed: boolean): void {
  const { live, isPushed: wasPushed } = talking.value;
  if (live === null || isPushed === wasPushed) return;
  if (isPushed) live.push();
  else live.release();
  talking.patch({ isPushed });
}

export function forgetProblem(): void {
  talking.patch({ problem: null, notice: null });
}

async function start(speaks: boolean): Promise<void> {
  if (talking.value.phase === 'starting') return;
  talking.set({ ...idle, phase: 'starting', speaks });
  const story = newStory({ is: 'live' });
  // The client and its devices come with the first session, so that the page itself is there sooner.
  const giving = new AbortController();
  giveUp = () => giving.abort();
  const [live, cause] = await begin(speaks, story, giving.signal).then(
    (begun) => [begun, null] as const,
    (error: unknown) => [null, error] as const,
  );
  if (live !== null) return talking.patch({ phase: 'live', live, speaks: live.speaks });
  if (giving.signal.aborted) talking.set(idle);
  else failed(problemOf(cause), speaks);
}

async function begin(speaks: boolean, story: ReturnType<typeof newStory>, signal: AbortSignal): Promise<Live> {
  const { Live: LiveSession } = await import('./live.ts');
  show(story);
  const listener: LiveListener = {
    level(track, db) {
      levels[track] = db;
    },
    ended: (code, reason) => {
      if (talking.value.live?.story === story) ended(problemOfClose(code, reason));
    },
  };
  return LiveSession.start(
    { place: { ...place.value, model: modelName() }, key: key.value, speaks },
    story,
    listener,
    signal,
  );
}

function ended(why: Problem | null): void {
  levels.in = -Infinity;
  levels.out = -Infinity;
  talking.set({ ...idle, problem: why });
  if (why?.is === 'server_gone') void askServer();
}

function failed(why: Problem, speaks: boolean): void {
  talking.set({ ...idle, problem: why });
  if (why.is === 'server_gone' || why.is === 'wrong_key') void askServer();
  if (why.is !== 'no_calls') return;
  go({ transport: 'websocket' });
  void start(speaks).then(() => talking.patch({ notice: `${why.title}: it goes over a WebSocket instead.` }));
}

/** Saves the session as one file. */
export function saveTake(): void {
  const { live } = talking.value;
  const recorder = live?.recorder ?? lastRecorder();
  if (recorder === null) return;
  const address = URL.createObjectURL(recorder.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = recorder.fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function lastRecorder(): Live['recorder'] | null {
  return recorders.get(shown.value.story) ?? null;
}

/** The recordings of sessions that are over, by their stories. */
const recorders = new WeakMap<object, Live['recorder']>();

/** Whether there is a session to save. */
export function canSave(): boolean {
  return talking.value.live !== null || lastRecorder() !== null;
}

talking.subscribe(() => {
  const { live } = talking.value;
  if (live !== null) recorders.set(live.story, live.recorder);
});
