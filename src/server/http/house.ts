import type { Admins } from '../admission/admins.ts';
import type { Secrets } from '../admission/client-secrets.ts';
import type { Door } from '../admission/door.ts';
import type { Limits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import type { McpRules } from '../mcp/rules.ts';
import type { ModelTable } from '../models.ts';
import type { Exposition } from '../observability/metrics/exposition.ts';
import type { Readiness } from '../together.ts';
import type { AdminHouse } from './admin.ts';
import type { CallHouse } from './calls.ts';
import type { TelephonyHouse } from './telephony.ts';

/** What the routes need to know of the server. */
export interface HttpHouse extends CallHouse, AdminHouse, TelephonyHouse {
  readonly admins: Admins;
  readonly door: Door;
  readonly models: ModelTable;
  readonly secrets: Secrets;
  readonly secretLimits?: Pick<Limits, 'secrets' | 'secretBytes'>;
  readonly mcpRules?: McpRules;
  readonly needsKey: boolean;
  /** Whether `/` is the console rather than the page that tells how to connect. */
  readonly console: boolean;
  readonly isDraining: () => boolean;
  /** Whether new sessions are taken: by this server, and by those that serve as one with it. */
  readonly readiness: () => Promise<readonly Readiness[]>;
  /** Unix time at which the server started, in seconds. */
  readonly startedAt: number;
  readonly metrics: () => Promise<Exposition>;
  readonly log: SessionLog;
}
