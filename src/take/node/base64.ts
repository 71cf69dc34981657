import { decodeBase64, encodeBase64 } from '../../audio/node/base64.ts';
import type { Base64 } from '../format.ts';

/** Base64 by `Buffer`. */
export const base64: Base64 = { decode: decodeBase64, encode: encodeBase64 };
