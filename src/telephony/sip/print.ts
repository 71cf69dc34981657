import type { SipHeader, SipMessage } from './message.ts';

/** A message as it travels. Its `Content-Length` is that of its body, whatever its headers say. */
export function printMessage(message: SipMessage): string {
  const first =
    message.is === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const headers = [
    ...message.headers.filter(({ name }) => name !== 'Content-Length'),
    { name: 'Content-Length', value: String(message.body.length) },
  ];
  return [first, ...headers.map(printHeader), '', message.body].join('\r\n');
}

function printHeader({ name, value }: SipHeader): string {
  return `${name}: ${value.replaceAll(/[\r\n]+/g, ' ')}`;
}
