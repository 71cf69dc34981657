import { type SoundKey, soundName } from '../../audio/played-items.ts';
import type { CodedMedia, Coding, Media, MediaListener } from '../../media/media.ts';
import { codedForm, type RecordedForm, samplesForm } from './recorded-form.ts';
import type { SessionRecording } from './recorder.ts';

/** Samples of one line of a recording: 100 ms. */
const lineSamples = 2400;

interface Tape {
  /** Null where nothing is recorded. */
  readonly recording: () => SessionRecording | null;
  /** Milliseconds since the session began. */
  readonly since: () => number;
}

/** The sound of a call, with what is heard and played of it recorded. */
export function recordedMedia<M extends Media | CodedMedia>(
  media: M,
  recording: Tape['recording'],
  since: Tape['since'],
): M extends CodedMedia ? CodedMedia : Media;
export function recordedMedia(
  media: Media | CodedMedia,
  recording: Tape['recording'],
  since: Tape['since'],
): Media | CodedMedia {
  const tape = { recording, since };
  return 'coding' in media ? new RecordedCoded(media, tape) : new Recorded(media, samplesForm, tape);
}

/** Sound in a typed array. */
type Samples = Int16Array | Uint8Array;

class Recorded<Sound extends Samples> implements Media<Sound> {
  readonly #media: Media<Sound>;
  readonly #heard: Gathered<Sound>;
  readonly #loudspeaker: PlayedSound<Sound>;

  constructor(media: Media<Sound>, form: RecordedForm<Sound>, { recording, since }: Tape) {
    this.#media = media;
    this.#heard = new Gathered(form, (samples) => recording()?.heard(since(), samples));
    this.#loudspeaker = new PlayedSound(form, (samples, itemId) => recording()?.played(since(), samples, itemId));
  }

  get waitingSamples(): number {
    return this.#media.waitingSamples;
  }

  begin(listener: MediaListener<Sound>): void {
    this.#media.begin({
      heard: (sound) => {
        this.#heard.add(sound);
        listener.heard(sound);
      },
      played: (key, samples) => {
        this.#loudspeaker.played(key, samples);
        listener.played(key, samples);
      },
      drained: () => listener.drained(),
      pressed: (key) => listener.pressed?.(key),
    });
  }

  play(key: SoundKey, sound: Sound): void {
    this.#loudspeaker.queued(key, sound);
    this.#media.play(key, sound);
  }

  finish(key: SoundKey): void {
    this.#loudspeaker.finish(key);
    this.#media.finish?.(key);
  }

  clear(): void {
    this.#media.clear();
    this.#loudspeaker.cleared();
  }

  end(): void {
    this.#heard.flush();
    this.#loudspeaker.cleared();
    this.#media.end();
  }
}

class RecordedCoded extends Recorded<Uint8Array> implements CodedMedia {
  readonly coding: Coding;

  constructor(media: CodedMedia, tape: Tape) {
    super(media, codedForm(media.coding), tape);
    this.coding = media.coding;
  }
}

/** Sound that comes in small pieces and is told of in pieces of 100 ms. */
class Gathered<Sound extends Samples> {
  readonly #told: (samples: Int16Array) => void;
  readonly #stream: ReturnType<RecordedForm<Sound>['stream']>;
  #pieces: Int16Array[] = [];
  #samples = 0;

  constructor(form: RecordedForm<Sound>, told: (samples: Int16Array) => void) {
    this.#stream = form.stream();
    this.#told = told;
  }

  add(piece: Sound): void {
    this.#keep(this.#stream.push(piece));
    if (this.#samples >= lineSamples) this.#tell();
  }

  /** Nothing follows. */
  flush(): void {
    this.#keep(this.#stream.flush());
    this.#tell();
  }

  #keep(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#pieces.push(samples);
    this.#samples += samples.length;
  }

  #tell(): void {
    if (this.#samples === 0) return;
    const all = new Int16Array(this.#samples);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#samples = 0;
    this.#told(all);
  }
}

/** What was given to be played, until it has been. */
class PlayedSound<Sound extends Samples> {
  readonly #form: RecordedForm<Sound>;
  readonly #told: (samples: Int16Array, itemId: string | null) => void;
  /** By item and part: the sound that waits, and how many samples of the part were played before it. */
  readonly #parts = new Map<string, { waiting: Sound[]; played: number; isOver: boolean }>();
  #item: string | null = null;
  #gathered: Gathered<Sound>;

  constructor(form: RecordedForm<Sound>, told: (samples: Int16Array, itemId: string | null) => void) {
    this.#form = form;
    this.#told = told;
    this.#gathered = new Gathered(form, (samples) => told(samples, null));
  }

  queued(key: SoundKey, sound: Sound): void {
    const name = soundName(key);
    const part = this.#parts.get(name) ?? { waiting: [], played: 0, isOver: false };
    this.#parts.set(name, part);
    part.waiting.push(sound);
  }

  played(key: SoundKey, samples: number): void {
    const part = this.#parts.get(soundName(key));
    if (part === undefined) return;
    if (this.#item !== key.itemId) this.#begin(key.itemId);
    for (let due = this.#form.lengthOf(samples - part.played); due > 0; ) {
      const [first] = part.waiting;
      if (first === undefined) break;
      const piece = this.#form.cut(first, 0, due);
      this.#gathered.add(piece);
      due -= piece.length;
      if (piece.length === first.length) part.waiting.shift();
      else part.waiting[0] = this.#form.cut(first, piece.length);
    }
    part.played = samples;
    this.#endIfHeard(part);
  }

  /** No more of the part comes. */
  finish(key: SoundKey): void {
    const part = this.#parts.get(soundName(key));
    if (part === undefined) return;
    part.isOver = true;
    this.#endIfHeard(part);
  }

  /** Nothing that waits will be played. */
  cleared(): void {
    this.#begin(null);
    this.#parts.clear();
  }

  /** The last of a part is told as soon as it has been played: nothing may follow. */
  #endIfHeard({ isOver, waiting }: { readonly isOver: boolean; readonly waiting: readonly Sound[] }): void {
    if (isOver && waiting.length === 0) this.#begin(null);
  }

  #begin(itemId: string | null): void {
    this.#gathered.flush();
    this.#item = itemId;
    this.#gathered = new Gathered(this.#form, (samples) => this.#told(samples, itemId));
  }
}
