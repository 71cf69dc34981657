/** Shapes that people write for a model where an entry is wanted, and what to write instead. */
const hints: readonly (readonly [looks: RegExp, write: string])[] = [
  [/^wss?:\/\//i, '{ relay: wss://host/v1/realtime }'],
  [/^echo$/i, '{ speech_to_speech: echo }'],
  [/\.(?:ya?ml|json)$/i, '{ scenario: ./scenario.yaml }'],
  [/^(?:\.{0,2}\/.*|.+\.[cm]?[jt]s)$/, '{ speech_to_speech: { engine: ./my-engine.js } }'],
  [/./, '{ pipeline: { transcriber: …, language_model: …, synthesizer: … } }'],
];

/** Where nothing is there to go by. */
const anyKind =
  '{ speech_to_speech: echo }, { scenario: ./scenario.yaml }, { relay: wss://host/v1/realtime } or { pipeline: … }';

/** What is wrong with something that is no model's entry: what to write, by what it looks like. It repeats nothing of it. */
export function notAnEntry(found: unknown): string {
  const hint = typeof found === 'string' ? hints.find(([looks]) => looks.test(found))?.[1] : undefined;
  return `must say what the model is: write ${hint ?? anyKind}`;
}
