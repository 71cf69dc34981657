import type { Worker } from 'node:cluster';
import { rmSync } from 'node:fs';
import type { Clock, MetricsReport, Readiness, SessionLog } from '../../../server/index.ts';
import { SetupError } from '../../../server/setup-error.ts';
import type { NodeFacts } from '../../../state/nodes.ts';
import type { SharedState } from '../../../state/shared-state.ts';
import { type Answers, Line } from '../../../state/workers/line.ts';
import { clusterPort } from '../../../state/workers/port.ts';
import { stateAnswers } from '../../../state/workers/state.ts';
import { WindowHub } from '../../../state/workers/window-hub.ts';
import { Roster } from './roster.ts';
import { type Beginning, type Mistake, type OfPrimary, type OfWorker, socketIn } from './talk.ts';

export interface CrewOptions {
  readonly count: number;
  readonly clock: Clock;
  readonly log: SessionLog;
  /** Where workers have sockets for each other. */
  readonly folder: string;
  /** What the workers share and nobody else knows. */
  readonly secret: string;
  /** Kept for the workers. */
  readonly state: SharedState;
  readonly fork: () => Worker;
  /** Time that workers have to drain before they are cut, in milliseconds. */
  readonly drainMs: number;
}

interface Member {
  readonly place: number;
  readonly worker: Worker;
  readonly line: Line;
  listens: boolean;
  /** Its name among the nodes, once it has said so. */
  node: string | null;
}

/** The workers of a primary: what they ask of it, and what it asks of all. */
export class Crew {
  /** Resolves when it has stopped and no worker is left. */
  readonly gone: Promise<void>;
  readonly #options: CrewOptions;
  readonly #members = new Map<number, Member>();
  readonly #hub: WindowHub;
  readonly #roster: Roster;
  #url: string | null = null;
  /** What workers are told to ask for; null: what the settings say. */
  #port: number | null = null;
  #hasSpoken = false;
  #isStopping = false;
  #begun: (url: string) => void = () => {};
  #failed: (cause: Error) => void = () => {};
  #empty: () => void = () => {};

  constructor(options: CrewOptions) {
    this.#options = options;
    this.#hub = new WindowHub(options.clock);
    this.#roster = new Roster({
      ...options,
      start: (place) => this.#start(place),
      giveUp: () => this.#failed(new SetupError('not_available', crashing)),
    });
    this.gone = new Promise((resolve) => {
      this.#empty = resolve;
    });
  }

  /** Starts the workers. Resolves to the URL that all of them serve; rejects where they can't. */
  begin(): Promise<string> {
    const begun = new Promise<string>((resolve, reject) => {
      this.#begun = resolve;
      this.#failed = reject;
    });
    this.#roster.begin();
    return begun;
  }

  /** Has every worker read its settings anew. */
  reload(): void {
    for (const { line } of this.#members.values()) void this.#tell(line, 'reload');
  }

  /** Drains all workers, and cuts what is left of them. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#roster.end();
    const { clock, drainMs } = this.#options;
    const callOff = clock.after(drainMs, () => this.kill());
    for (const { line } of this.#members.values()) void this.#tell(line, 'stop');
    this.#checkEmpty();
    await this.gone;
    callOff();
    await this.#options.state.close();
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#isStopping = true;
    this.#roster.end();
    for (const { worker } of this.#members.values()) worker.process.kill('SIGKILL');
    this.#checkEmpty();
  }

  #start(place: number): void {
    const { clock, state, fork } = this.#options;
    const worker = fork();
    const answers = { ...stateAnswers(state, this.#hub, `${worker.id}`), ...this.#answersTo(worker.id, place) };
    const line = new Line({ port: clusterPort(worker), answers, clock });
    this.#members.set(worker.id, { place, worker, line, listens: false, node: null });
    worker.once('error', () => {}); // `exit` follows
    worker.once('exit', (code, signal) => this.#exited(worker.id, code ?? signal));
  }

  #answersTo(id: number, place: number): OfPrimary & Answers {
    return {
      'nodes.announce': (self: NodeFacts, ttlMs: number) => {
        const member = this.#members.get(id);
        if (member !== undefined) member.node = self.id;
        return this.#options.state.nodes.announce(self, ttlMs);
      },
      begin: () => this.#beginning(place),
      ready: (url) => this.#listens(id, url),
      mistake: ({ code, message }: Mistake) => this.#failed(new SetupError(code, message)),
      metrics: () => this.#askAll<MetricsReport>('metrics'),
      readiness: () => this.#askAll<Readiness>('readiness'),
    };
  }

  #beginning(place: number): Beginning {
    const { folder, secret } = this.#options;
    const speaks = place === 1 && !this.#hasSpoken;
    if (speaks) this.#hasSpoken = true;
    const isHeld = [...this.#members.values()].some(({ listens }) => listens);
    if (this.#url !== null && !isHeld) this.#port = Number(new URL(this.#url).port || 80);
    return { index: place, port: this.#port, folder, secret, speaks };
  }

  #listens(id: number, url: string): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    this.#url ??= url;
    // It asked for any port when no other had the one that all had before.
    if (url !== this.#url) return void member.worker.process.kill('SIGKILL');
    member.listens = true;
    this.#roster.listens(member.place);
    if (this.#roster.isComplete) this.#begun(url);
  }

  #exited(id: number, why: number | string): void {
    const member = this.#members.get(id);
    this.#members.delete(id);
    member?.line.close();
    this.#hub.left(`${id}`);
    if (member !== undefined) this.#forget(member);
    this.#checkEmpty();
    if (member === undefined || this.#isStopping) return;
    this.#options.log.warn('a worker has died; another takes its place', { worker: member.place, exit: why });
    this.#roster.died(member.place);
  }

  /** What a dead worker has left behind, of which the others need not wait to learn. */
  #forget({ node, worker }: Member): void {
    const { state, folder } = this.#options;
    rmSync(socketIn(folder, worker.process.pid ?? 0), { force: true });
    if (node !== null) void state.nodes.leave(node);
  }

  #checkEmpty(): void {
    if (this.#isStopping && this.#members.size === 0) this.#empty();
  }

  /** What every worker answers that does so in time; those that do not are named in the log. */
  async #askAll<T>(what: keyof OfWorker): Promise<readonly T[]> {
    const answers = await Promise.all(
      [...this.#members.values()].map(({ place, line }) =>
        line.ask(what, [], reportMs).then(
          (answer) => [answer as T],
          (cause: unknown) => {
            this.#options.log.warn('a worker did not answer', { worker: place, err: cause });
            return [];
          },
        ),
      ),
    );
    return answers.flat();
  }

  async #tell(line: Line, what: keyof OfWorker): Promise<void> {
    await line.ask(what).catch((cause: unknown) => {
      if (!this.#isStopping) this.#options.log.warn('a worker did not hear', { what, err: cause });
    });
  }
}

/** How long each worker has for what is asked of all, in milliseconds. */
const reportMs = 3_000;

const crashing =
  'The workers die before they listen: the lines above say of what. Start it with --workers 1 to see more.';
