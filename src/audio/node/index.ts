/** Bytes and samples, with base64 by Buffer: the same names as the plain entry. */
export * from '../exports.ts';
export { decodeBase64, encodeBase64 } from './base64.ts';
