import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  openaiLanguageModel,
  openaiSynthesizer,
  openaiTranscriber,
  type PipelineOptions,
  pipelineModel,
} from '../../src/engines/index.ts';
import { listen, type TelephonyOptions } from '../../src/server/index.ts';
import { certificate } from '../clients/program.ts';
import type { AnsweringServer, Fault } from '../engines/openai/answering-server.ts';
import { chatServer } from '../engines/openai/chat-server.ts';
import { speechServer } from '../engines/openai/speech-server.ts';
import { transcriptionServer } from '../engines/openai/transcription-server.ts';
import { concierge, questions } from './concierge.ts';
import { transcriberInRoom } from './room.ts';
import { type WeatherServer, weatherServer } from './weather-server.ts';

/** A server with a pipeline over HTTP: real ears, a real voice, a real tool, and a model that is scripted. */
export interface VoiceServer {
  /** `https://host:port`: the openai package speaks no other. */
  readonly url: string;
  /** Where telephones reach it. */
  readonly sip: readonly string[];
  readonly ears: AnsweringServer;
  readonly mind: AnsweringServer;
  readonly voice: AnsweringServer;
  readonly weather: WeatherServer;
  close(): Promise<void>;
}

export interface VoiceServerOptions {
  /** Makes other engines, or settings, of those that it has. */
  readonly pipeline?: (engines: PipelineOptions) => PipelineOptions;
  readonly telephony?: TelephonyOptions;
  /** The first answer never comes to its end: neither the words nor the sound of any of its clauses. */
  readonly tellsForEver?: boolean;
}

export async function voiceServer({
  pipeline = (engines) => engines,
  telephony = {},
  tellsForEver = false,
}: VoiceServerOptions = {}): Promise<VoiceServer> {
  const ears = await transcriptionServer({ grammar: questions });
  const voice = await speechServer();
  const weather = await weatherServer();
  const mind = await chatServer((body, turn) => {
    const isEndless = tellsForEver && turn === 0;
    if (isEndless) mind.faults.push(stuck(60));
    // Some for requests that only open connections.
    voice.faults.splice(0, Infinity, ...Array.from({ length: isEndless ? 8 : 0 }, () => stuck(1)));
    return concierge(body);
  });
  const engines = {
    transcriber: transcriberInRoom(openaiTranscriber({ baseUrl: ears.url, model: 'sphinx' })),
    languageModel: openaiLanguageModel({ baseUrl: mind.url, model: 'concierge' }),
    synthesizer: openaiSynthesizer({ baseUrl: voice.url, model: 'espeak', voice: 'alloy' }),
  };
  const { url, sip, close } = await listen({
    port: 0,
    tls: trustedCertificate(),
    models: { concierge: pipelineModel(pipeline(engines)) },
    mcp: { allow: [weather.url] },
    telephony,
  });
  return {
    url,
    sip,
    ears,
    mind,
    voice,
    weather,
    async close() {
      await close();
      await Promise.all([ears, mind, voice, weather].map((each) => each.close()));
    },
  };
}

const stuck = (afterPieces: number): Fault => ({ kind: 'silence', afterPieces });

/** A certificate that every client of this process trusts. */
function trustedCertificate(): { readonly cert: string; readonly key: string } {
  const files = certificate();
  const cert = readFileSync(files.cert, 'utf8');
  setDefaultCACertificates([...getCACertificates('default'), cert]);
  return { cert, key: readFileSync(files.key, 'utf8') };
}
