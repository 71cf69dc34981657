#!/usr/bin/env node
/**
 * The program `antiphon`. Everything else is imported only after the check, since an older Node may not even be able to
 * load it; this file itself must run on any.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `antiphon: needs Node 22.12 or newer, and this is Node ${process.versions.node}. Install a newer Node.\n`,
  );
  process.exitCode = 1;
} else {
  const { run } = await import('./program.ts');
  await run(process.argv.slice(2));
}
