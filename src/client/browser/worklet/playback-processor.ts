import { createLevelMeter } from '../../../audio/level-meter.ts';
import { changedSounds, type PlayedSound } from '../../../audio/played-items.ts';
import { Player } from '../../../audio/player.ts';
import type { FromPlayback, PlaybackSettings, ToPlayback } from './messages.ts';

/** Time between two reports, of sound. */
const reportMs = 20;

/** What the playback processor does: it plays what the messages of a port bring, and reports on it. */
export class PlaybackRun {
  readonly #port: MessagePort;
  readonly #player: Player;
  readonly #meter = createLevelMeter();
  readonly #framesPerReport: number;
  #reported: readonly PlayedSound[] = [];
  #unreportedFrames = 0;
  #delayFrames = 0;
  #wasSounding = false;
  #isOn = true;

  /** `outputRate` is the frames per second of the scope that it runs in. */
  constructor({ sampleRate, maxWaitingSamples }: PlaybackSettings, outputRate: number, port: MessagePort) {
    this.#port = port;
    this.#player = new Player({ fromRate: sampleRate, toRate: outputRate, maxWaitingSamples });
    this.#framesPerReport = Math.round((outputRate * reportMs) / 1000);
    port.addEventListener('message', ({ data }: MessageEvent<ToPlayback>) => this.#obey(data));
    port.start();
  }

  /** False once it has been told to stop. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Fills the output's next frames. */
  fill(output: Float32Array): void {
    this.#player.render(output);
    this.#meter.add(output);
    this.#unreportedFrames += output.length;
    if (this.#unreportedFrames >= this.#framesPerReport) this.#report(null);
  }

  #obey(message: ToPlayback): void {
    switch (message.do) {
      case 'play': {
        const { itemId, contentIndex, samples } = message;
        const reception = this.#player.play({ itemId, contentIndex }, samples);
        if (reception === 'full') this.#tell({ tell: 'full', itemId });
        return;
      }
      case 'clear':
        this.#player.clear();
        return this.#report(message.number);
      case 'delay':
        this.#delayFrames = message.frames;
        return;
      case 'stop':
        this.#isOn = false;
        return;
      default:
        message satisfies never;
    }
  }

  /** Tells how playback stands, if anything has happened since the last report. */
  #report(cleared: number | null): void {
    const { isSounding, waitingSamples, underruns } = this.#player;
    const sounds = this.#changedSounds();
    const level = this.#meter.take();
    const hasNews = sounds.length > 0 || isSounding || this.#wasSounding || cleared !== null;
    this.#wasSounding = isSounding;
    this.#unreportedFrames = 0;
    if (hasNews) this.#tell({ tell: 'report', sounds, level, isSounding, waitingSamples, underruns, cleared });
  }

  #changedSounds(): PlayedSound[] {
    const before = this.#reported;
    this.#reported = this.#player.positions(this.#delayFrames);
    return changedSounds(before, this.#reported);
  }

  #tell(message: FromPlayback): void {
    this.#port.postMessage(message, []);
  }
}
