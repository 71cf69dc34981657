/** The console's own tools by what they are called: the tools themselves come with the first session. */
export const consoleToolNames = [
  { name: 'get_time', title: 'the time' },
  { name: 'roll_dice', title: 'roll dice' },
] as const;
