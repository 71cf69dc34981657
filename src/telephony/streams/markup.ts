import type { CarrierName } from './carrier.ts';

/** Which stream the carrier shall open, and what it shall say there. */
export interface StreamAnswer {
  /** `wss://…` */
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a carrier is told beside: sound goes both ways as it is on the line. */
const attributes: Readonly<Record<CarrierName, Readonly<Record<string, string>>>> = {
  twilio: {},
  telnyx: { track: 'inbound_track', codec: 'PCMU', bidirectionalMode: 'rtp', bidirectionalCodec: 'PCMU' },
};

/** The answer to the webhook of a call: it is joined to a stream, and hung up when that ends. */
export function streamMarkup(carrier: CarrierName, { url, parameters }: StreamAnswer): string {
  const all = { url, ...attributes[carrier] };
  const named = Object.entries(parameters).map(([name, value]) => `<Parameter${written({ name, value })}/>`);
  return document(`<Connect><Stream${written(all)}>${named.join('')}</Stream></Connect><Hangup/>`);
}

/** What a call does instead that is transferred: the number of the other end is dialled. */
export function dialMarkup(number: string): string {
  return document(`<Dial>${escaped(number)}</Dial>`);
}

function document(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${content}</Response>`;
}

function written(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
