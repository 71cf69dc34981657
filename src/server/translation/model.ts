import type { Model, ModelSession } from '../../engines/contract.ts';

/** A model that can translate, opened for one session. */
export type TranslatingModel = ModelSession & Required<Pick<ModelSession, 'translate'>>;

/** Opens a model for a translation session; null where it can't translate. */
export function openTranslating(model: Model): TranslatingModel | null {
  const opened = model.open();
  if (canTranslate(opened)) return opened;
  opened.close();
  return null;
}

function canTranslate(model: ModelSession): model is TranslatingModel {
  return model.translate !== undefined;
}
