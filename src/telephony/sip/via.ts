import { cutAt, numberIn, type Parameters, parametersIn } from './scan.ts';

/** One hop that a request has taken, and its response takes back. */
export interface Via {
  /** `UDP`, `TCP`, `TLS`, or what else somebody speaks. */
  readonly transport: string;
  readonly host: string;
  readonly port: number | null;
  readonly parameters: Parameters;
}

/** Reads one value of `Via`; null for what is none. */
export function parseVia(text: string): Via | null {
  const parts = cutAt(text, ';');
  if (parts === null) return null;
  const [first = '', ...rest] = parts;
  const shape =
    /^SIP\s*\/\s*2\.0\s*\/\s*([\w\-.!%*+`'~]+)\s+(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)\s*(?::\s*(\d{1,5}))?$/i;
  const [, transport, host, port] = shape.exec(first) ?? [];
  const parameters = parametersIn(rest);
  if (transport === undefined || host === undefined || parameters === null) return null;
  const number = port === undefined ? null : numberIn(port, 65_535);
  if (port !== undefined && number === null) return null;
  return { transport: transport.toUpperCase(), host, port: number, parameters };
}

/** What begins a branch that is unlike any other (RFC 3261, section 8.1.1.7). */
export const magicCookie = 'z9hG4bK';
