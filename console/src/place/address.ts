import { type Filter, kinds } from '../story/filter.ts';

export const views = ['talk', 'events', 'turns', 'try', 'sessions'] as const;
export type ViewName = (typeof views)[number];

export const transports = ['webrtc', 'websocket'] as const;
export type TransportName = (typeof transports)[number];

/** How the end of a turn is found. `push`: by the user's finger. */
export const detections = ['auto', 'server_vad', 'semantic_vad', 'push'] as const;
export type Detection = (typeof detections)[number];

/** All of the console that is worth a link: it stands in the address of the page, behind the `#`. */
export interface Place {
  readonly view: ViewName;
  readonly model: string;
  readonly voice: string;
  readonly transport: TransportName;
  readonly detection: Detection;
  readonly instructions: string;
  /** Names of the console's own tools that the model may call. */
  readonly tools: readonly string[];
  readonly filter: Filter;
  /** The event that is tried. */
  readonly event: string;
}

export const firstPlace: Place = {
  view: 'talk',
  model: '',
  voice: '',
  transport: 'webrtc',
  detection: 'auto',
  instructions: '',
  tools: [],
  filter: { text: '', hidden: [], by: 'both' },
  event: '',
};

/** The place that an address names; what makes no sense is as it would be without it. */
export function placeIn(hash: string): Place {
  const [, path = '', query = ''] = /^#?\/?([^?]*)\??(.*)$/.exec(hash) ?? [];
  const given = new URLSearchParams(query);
  const text = (name: string): string => given.get(name) ?? '';
  return {
    view: oneOf(views, path) ?? firstPlace.view,
    model: text('model'),
    voice: text('voice'),
    transport: oneOf(transports, text('transport')) ?? firstPlace.transport,
    detection: oneOf(detections, text('detection')) ?? firstPlace.detection,
    instructions: text('instructions'),
    tools: listIn(text('tools')),
    filter: {
      text: text('q'),
      hidden: listIn(text('hide')).flatMap((name) => oneOf(kinds, name) ?? []),
      by: oneOf(['<', '>'] as const, text('by')) ?? 'both',
    },
    event: text('event'),
  };
}

/** The address of a place; what is as it would be anyway is left out. */
export function hashOf(place: Place): string {
  const { filter } = place;
  const named: readonly (readonly [string, string, string])[] = [
    ['model', place.model, ''],
    ['voice', place.voice, ''],
    ['transport', place.transport, firstPlace.transport],
    ['detection', place.detection, firstPlace.detection],
    ['instructions', place.instructions, ''],
    ['tools', place.tools.join(','), ''],
    ['q', filter.text, ''],
    ['hide', filter.hidden.join(','), ''],
    ['by', filter.by, 'both'],
    ['event', place.event, ''],
  ];
  const query = new URLSearchParams();
  for (const [name, value, usual] of named) if (value !== usual) query.set(name, value);
  return `#/${place.view}${query.size === 0 ? '' : `?${query}`}`;
}

function oneOf<const T extends string>(known: readonly T[], text: string): T | undefined {
  return known.find((each) => each === text);
}

function listIn(text: string): readonly string[] {
  return text.split(',').filter((each) => each !== '');
}
