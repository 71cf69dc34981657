import type { Readable } from 'node:stream';
import { decodeBase64 } from '../../audio/base64.ts';
import { rmsLevel } from '../../audio/level.ts';
import { bytesToSamples, wholeSamples } from '../../audio/pcm16.ts';
import { pcmSink } from '../../client/node/pcm-sink.ts';
import type { SoundToPlay, Speaker } from '../../client/playhead/drive.ts';
import { type ReportSource, reportSource } from '../../client/playhead/report-source.ts';

/** Plays answers in real time. */
export interface VoiceOut extends Required<Speaker> {
  /** Tells the playhead what was heard. */
  readonly source: ReportSource;
  /** Items of which something is still to be heard. */
  readonly sounding: readonly string[];
  /** Loudness right now, in dBFS. */
  readonly level: number;
  /** Resolves once all that came was heard; at once if it was. */
  silent(): Promise<void>;
  /** Ends the sound. */
  close(): void;
}

export interface VoiceOutOptions {
  /** Takes 16-bit mono PCM at 24 kHz, in real time, silence between the answers. */
  readonly listen: (bytes: Readable) => void;
  /** From a byte being due until it is heard, in milliseconds: what the player holds back. */
  readonly delayMs: number;
  /** Told when something more was heard. */
  readonly onPlayed: () => void;
}

export function voiceOut({ listen, delayMs, onPlayed }: VoiceOutOptions): VoiceOut {
  const source = reportSource();
  let level = Number.NEGATIVE_INFINITY;
  let waiting: (() => void)[] = [];
  const sink = pcmSink({
    delayMs,
    onPlayed(parts) {
      for (const { itemId, contentIndex, playedMs } of parts) source.played(itemId, contentIndex, playedMs);
      onPlayed();
      tell();
    },
  });
  const toSamples = pieceReader();
  sink.readable.on('data', (bytes: Uint8Array) => {
    level = rmsLevel(bytesToSamples(bytes));
  });
  listen(sink.readable);

  function tell(): void {
    if (sounding().length > 0) return;
    const told = waiting;
    waiting = [];
    for (const resolve of told) resolve();
  }

  function sounding(): string[] {
    const parts = sink.positions.filter(
      ({ isCut, playedSamples, receivedSamples }) => !isCut && playedSamples < receivedSamples,
    );
    return parts.map(({ itemId }) => itemId);
  }

  return {
    source,
    get sounding() {
      return sounding();
    },
    get level() {
      return level;
    },
    play(sound) {
      sink.play(sound.itemId, sound.contentIndex, toSamples(sound));
    },
    stop() {
      for (const { itemId, contentIndex, playedMs } of sink.clear()) source.played(itemId, contentIndex, playedMs);
      tell();
    },
    silent: () => (sounding().length === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    close: () => sink.close(),
  };
}

/** Pieces of one part may be cut within a sample. */
function pieceReader(): (sound: SoundToPlay) => Int16Array {
  let last: { readonly part: string; readonly spare: number | null } = { part: '', spare: null };
  return ({ itemId, contentIndex, audio }) => {
    const part = `${contentIndex} ${itemId}`;
    const { bytes, spare } = wholeSamples(
      last.part === part ? last.spare : null,
      decodeBase64(audio) ?? new Uint8Array(0),
    );
    last = { part, spare };
    return bytesToSamples(bytes);
  };
}
