/** Pipelines that can be served without a file. */
export const presetNames = ['openai', 'ollama', 'lmstudio', 'llamacpp', 'localai', 'vllm', 'local'] as const;
export type PresetName = (typeof presetNames)[number];
