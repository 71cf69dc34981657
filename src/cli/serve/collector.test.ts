import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { collectorFlags } from './collector.ts';

describe('collectorFlags', () => {
  it('counts buffers as part of the heap where V8 can', () => {
    const flags = ['--external-memory-accounted-in-global-limit'];
    expect(collectorFlags('13.6.233.17-node.53')).toEqual(flags);
    expect(collectorFlags('14.1.146.11-node.25')).toEqual(flags);
  });

  it('leaves an older V8 alone, which would complain of a flag that it does not know', () => {
    expect(collectorFlags('12.4.254.21-node.21')).toEqual([]);
    expect(collectorFlags('13.5.212.10-node.1')).toEqual([]);
  });

  it('gives no flag that this V8 does not know', () => {
    const { stderr, status } = spawnSync(process.execPath, [...collectorFlags(process.versions.v8), '-e', '0']);
    expect({ stderr: String(stderr), status }).toEqual({ stderr: '', status: 0 });
  });
});
