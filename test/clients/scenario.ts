/** What the scripted model says to the stock clients. */
export const scenario = `
seed: 7
voice: espeak
hear:
  - what is the weather in Paris
replies:
  - when: { tool: get_weather }
    steps:
      - say: "It is {output} in Paris."
  - when: { contains: weather }
    steps:
      - say: "Let me look."
      - call: { name: get_weather, arguments: { city: Paris } }
  - steps:
      - say: "You said: {input}"
`;
