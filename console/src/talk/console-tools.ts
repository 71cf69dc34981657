import { type Tool, tool } from 'antiphon/client';

/** Tools that the console has itself, to see a model call something. */
export const consoleTools: readonly Tool[] = [
  tool({
    name: 'get_time',
    description: 'The current date and time of the user.',
    run: () => new Date().toString(),
  }),
  tool({
    name: 'roll_dice',
    description: 'Rolls dice with six sides and tells what they show.',
    parameters: { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] } as const,
    run: ({ count }) =>
      Array.from({ length: Math.min(20, Math.max(1, count)) }, () => 1 + Math.floor(Math.random() * 6)),
  }),
];
