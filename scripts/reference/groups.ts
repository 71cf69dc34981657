import type { Place } from './modules.ts';

/**
 * What the exports of an entry are grouped by: the folders and files that declare them, the first that matches. What none
 * matches fails, so that a new part is given a heading.
 */
const groups: readonly (readonly [heading: string, ...prefixes: string[]])[] = [
  ['Making events', 'protocol/events'],
  ['Reading events', 'protocol/parse', 'protocol/limits', 'protocol/check'],
  ['Reading the bodies of requests', 'protocol/bodies'],
  ['Types of events', 'protocol/event-types'],
  ['Objects of the API', 'protocol/types', 'protocol/json'],
  ['Schemas', 'protocol/schemas'],
  ['Between the two shapes', 'protocol/beta'],
  ['Formats and samples', 'audio/format', 'audio/pcm16', 'audio/g711', 'audio/base64', 'audio/node/base64'],
  ['Lengths and levels', 'audio/span', 'audio/level'],
  ['Resampling', 'audio/resample'],
  ['WAV files', 'audio/wav'],
  ['Tones', 'audio/tone'],
  ['Microphone', 'client/browser/microphone', 'client/browser/devices', 'client/browser/device-error'],
  ['Speaker', 'client/browser/speaker', 'audio/played-items', 'audio/level-meter'],
  ['WebRTC calls', 'client/browser/webrtc'],
  ['Programs that record and play', 'client/node'],
  ['Opening a session', 'client/index', 'client/options', 'client/connection', 'client/restore', 'client/clock'],
  ['The session', 'client/session', 'client/events', 'client/errors'],
  ['Responses', 'client/responses'],
  ['Tools', 'client/tools'],
  ['The conversation as it grows', 'client/view'],
  ['What was heard of an answer', 'client/playhead'],
  ['Usage and cost', 'usage'],
  ['Interfaces of engines', 'engines/contract', 'engines/parts', 'engines/synthesizer', 'core/input-audio/end-of-turn'],
  ['Pipelines', 'engines/pipeline'],
  ['Models of OpenAI, and of servers of the same shape', 'engines/openai', 'engines/within-time'],
  ['Voice activity', 'engines/silero', 'engines/energy'],
  ['Voices', 'engines/espeak', 'engines/tone-speech', 'engines/speak-in-turn'],
  ['Scripts and echoes', 'engines/scenario', 'engines/echo'],
  [
    'Serving',
    'server/listen',
    'server/options',
    'server/limits',
    'server/setup-error',
    'server/mcp',
    'server/admission',
  ],
  ['Keys', 'server/metering'],
  ['Relays', 'server/relay'],
  ['Telephone calls', 'server/telephony', 'telephony'],
  ['Logs, metrics and time', 'server/log', 'server/observability', 'server/clock'],
  ['Recording and playing', 'server/recording', 'server/replay'],
  ['Several servers', 'server/nodes', 'server/together', 'state'],
  ['Contracts of engines', 'testing/engines'],
  ['Takes', 'take', 'testing/replay-server'],
  ['Memory and virtual time', 'wire/memory', 'testing/virtual-clock', 'testing/session-script'],
  ['Laws that every session keeps', 'laws'],
  ['Random sessions', 'testing/arbitraries', 'testing/program', 'testing/update-arbitraries'],
];

/** The longest prefix wins, whatever the order of the headings. */
export function headingOf(place: Place): string {
  const fits = groups.flatMap(([heading, ...prefixes]) =>
    prefixes.filter((prefix) => place.startsWith(prefix)).map((prefix) => ({ heading, prefix })),
  );
  const [best] = fits.toSorted((one, other) => other.prefix.length - one.prefix.length);
  if (best === undefined) throw new Error(`scripts/reference/groups.ts has no heading for ${place}`);
  return best.heading;
}

/** Where a heading stands among the others. */
export function rankOf(heading: string): number {
  return groups.findIndex(([each]) => each === heading);
}
