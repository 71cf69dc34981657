/** Bytes and samples, for every platform. */
export { decodeBase64, encodeBase64 } from './base64.ts';
export * from './exports.ts';
