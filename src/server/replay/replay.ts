import type { Model } from '../../engines/contract.ts';
import type { Take } from '../../take/reader.ts';
import type { MatchMode } from '../../take/replay/match.ts';
import { type Script, scriptOf } from '../../take/replay/script.ts';

/** How takes are played to clients. */
export interface ReplayOptions {
  /** How closely clients have to follow what the recorded clients did. Default `order`. */
  readonly match?: MatchMode;
  /** How many times as fast as it was recorded; Infinity plays it at once. Default 1. */
  readonly speed?: number;
}

/** Takes that are played to clients in place of a model, one for each session. */
export class Replay {
  readonly match: MatchMode;
  readonly speed: number;
  readonly #scripts: readonly Script[];
  /** How many sessions have asked, by the model that they asked for. */
  readonly #asked = new Map<string, number>();

  constructor(takes: readonly Take[], { match = 'order', speed = 1 }: ReplayOptions = {}) {
    this.match = match;
    this.speed = speed;
    this.#scripts = takes.map(scriptOf);
  }

  /** The names of the takes that a client may ask for. */
  get names(): readonly string[] {
    return this.#scripts.map(({ name }) => plainName(name));
  }

  /**
   * The take for a session: the one that `?take=` names, or null if there is none of that name. Without `?take=` it is the
   * next in order, among the takes of the session's model if there are any.
   */
  choose(target: string): Script | null {
    const query = URL.parse(`http://localhost${target}`)?.searchParams;
    const named = query?.get('take') ?? null;
    if (named !== null) return this.#scripts.find(({ name }) => plainName(name) === plainName(named)) ?? null;
    const model = query?.get('model') ?? '';
    const ofModel = this.#scripts.filter(({ take }) => modelIn(take.header.url) === model);
    const candidates = ofModel.length > 0 ? ofModel : this.#scripts;
    const key = ofModel.length > 0 ? model : '';
    const turn = this.#asked.get(key) ?? 0;
    this.#asked.set(key, turn + 1);
    return candidates[turn % candidates.length] ?? null;
  }
}

/** A model whose sessions a take answers. */
export interface ReplayModel extends Model {
  readonly replay: Replay;
}

/** An entry of the model table that plays takes. */
export function replayModel(replay: Replay): ReplayModel {
  return {
    replay,
    open() {
      throw new Error('A take is played, and no model opened.');
    },
  };
}

/** What an entry plays; null where it is a model of its own. */
export function replayOf(model: Model): Replay | null {
  return 'replay' in model && model.replay instanceof Replay ? model.replay : null;
}

function plainName(name: string): string {
  return name.replace(/\.take(?:\.jsonl)?$|\.jsonl$/, '');
}

function modelIn(url: string): string {
  return URL.parse(url)?.searchParams.get('model') ?? '';
}
