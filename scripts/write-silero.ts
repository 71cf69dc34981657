import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sourcePath } from '../src/engines/silero/model-file.ts';

/** Part of the build: puts Silero's model beside the code that reads it, so that the published package holds it. */
const target = join(import.meta.dirname, '../dist/engines/silero', basename(sourcePath()));
copyFileSync(sourcePath(), target);
