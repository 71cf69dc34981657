import { isJsonObject } from '../json.ts';

/** `["text","audio"]`, in the beta the way to ask for speech, to `["audio"]`; other lists and values as they are. */
export function modalitiesFromBeta(modalities: unknown): unknown {
  return isPair(modalities) ? ['audio'] : modalities;
}

/** `["audio"]` to `["text","audio"]`, since the beta knew no speech without text; others as they are. */
export function modalitiesToBeta(modalities: unknown): unknown {
  return Array.isArray(modalities) && modalities.length === 1 && modalities[0] === 'audio'
    ? ['text', 'audio']
    : modalities;
}

function isPair(modalities: unknown): boolean {
  return (
    Array.isArray(modalities) && modalities.length === 2 && modalities.includes('text') && modalities.includes('audio')
  );
}

/** A forced function in the nested form, `{type, function: {name}}`, to the flat one, `{type, name}`. */
export function toolChoiceFromBeta(choice: unknown): unknown {
  if (!isJsonObject(choice) || choice['type'] !== 'function') return choice;
  const { function: nested, ...rest } = choice;
  return isJsonObject(nested) ? { ...rest, ...nested } : choice;
}

/** A forced function in the flat form to the nested one. */
export function toolChoiceToBeta(choice: unknown): unknown {
  if (!isJsonObject(choice) || choice['type'] !== 'function') return choice;
  const { name, ...rest } = choice;
  return name === undefined ? choice : { ...rest, function: { name } };
}
