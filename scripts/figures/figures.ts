import { call } from './call.ts';
import { cluster } from './cluster.ts';
import type { Figure } from './figure.ts';
import { layers } from './layers.ts';
import { pipeline } from './pipeline.ts';
import { relay } from './relay.ts';
import { resuming } from './resuming.ts';
import { turn } from './turn.ts';

/** All figures of the documentation. */
export const figures: readonly Figure[] = [layers, pipeline, turn, call, relay, cluster, resuming];
