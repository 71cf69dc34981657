import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** Silero's model: beside this file in what is built and published, in a checkout where the build takes it from. */
export function modelPath(): string {
  const published = fileURLToPath(new URL('silero_vad_v6.onnx', import.meta.url));
  return existsSync(published) ? published : sourcePath();
}

/** The model in the development dependency that brings it. Throws if that is not installed. */
export function sourcePath(): string {
  return require.resolve('@ricky0123/vad-web/dist/silero_vad_v6.onnx');
}
