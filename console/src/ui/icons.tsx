import type { JSX } from 'preact';

const paths = {
  microphone: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4M9 21h6',
  muted:
    'M4 4l16 16M9 9v2a3 3 0 0 0 5 2.2M15 10V6a3 3 0 0 0-5.9-.7M6 11a6 6 0 0 0 9.5 4.9M18 11a6 6 0 0 1-.4 2.1M12 17v4M9 21h6',
  stop: 'M7 7h10v10H7z',
  send: 'M5 12h14M13 6l6 6-6 6',
  play: 'M8 5.5v13l10.5-6.5z',
  pause: 'M8 5v14M16 5v14',
  down: 'M12 4v12M6 11l6 6 6-6M5 20h14',
  close: 'M6 6l12 12M18 6L6 18',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z',
  auto: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  talk: 'M4 12h1M8 8v8M12 4v16M16 8v8M20 11v2',
  events: 'M4 6h16M4 12h16M4 18h10',
  turns: 'M4 6h8M8 12h8M13 18h7',
  try: 'M8 4L4 12l4 8M16 4l4 8-4 8',
  sessions: 'M4 5h16v6H4zM4 15h16v4H4zM7 8h.01M7 17h.01',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  warn: 'M12 4l9 16H3zM12 10v4M12 17h.01',
} as const;

export type IconName = keyof typeof paths;

/** A drawing that says nothing to a screen reader: the button that holds it has a name. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** Two voices that answer each other. */
export function Mark(): JSX.Element {
  const bars = [10, 20, 32, 20, 10];
  return (
    <svg class="mark" viewBox="0 0 44 44" aria-hidden="true">
      {bars.map((height, i) => (
        <rect
          key={i}
          x={4 + i * 8}
          y={22 - height / 2}
          width="4.5"
          height={height}
          rx="2.25"
          opacity={i < 3 ? 1 : 0.45}
        />
      ))}
    </svg>
  );
}
