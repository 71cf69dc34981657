import { type Context, Hono } from 'hono';
import { translationConfig } from '../../core/translation/config.ts';
import { checkTranslationClientSecretRequest } from '../../protocol/bodies.ts';
import type { TranslationClientSecretRequest, TranslationClientSecretResponse } from '../../protocol/types.ts';
import { newSessionId } from '../session/session-id.ts';
import {
  defaultTtlSeconds,
  keepSecret,
  limitBody,
  modelMistake,
  modelsFor,
  readBody,
  refuse,
  type SecretHouse,
} from './client-secrets.ts';
import { allowOnly } from './methods.ts';

const path = '/v1/realtime/translations/client_secrets';

/** `POST /v1/realtime/translations/client_secrets`: an ephemeral key for translation sessions (behaviour §1.5). */
export function translationSecretRoutes(house: SecretHouse): Hono {
  const app = new Hono();
  app.post(path, limitBody(), async (context) => {
    const body = await readBody(context);
    const checked = body.ok ? checkTranslationClientSecretRequest(body.value) : body;
    if (!checked.ok) return refuse(context, checked.error);
    const mistake = modelMistake(modelsFor(house, context), checked.value.session.model);
    if (mistake !== null) return refuse(context, mistake);
    const made = await mint(context, house, checked.value);
    return made instanceof Response ? made : context.json(made);
  });
  allowOnly(app, path, ['POST']);
  return app;
}

async function mint(
  context: Context,
  house: SecretHouse,
  { session, expires_after }: TranslationClientSecretRequest,
): Promise<TranslationClientSecretResponse | Response> {
  const bound = { kind: 'translation', session } as const;
  const kept = await keepSecret(context, house, bound, expires_after?.seconds ?? defaultTtlSeconds);
  if (kept instanceof Response) return kept;
  const { value, expiresAt } = kept;
  // What session.created will show, but for the times that only a running session has.
  const identity = { id: newSessionId(), model: session.model, expiresAt: 0 };
  return { value, expires_at: expiresAt, session: secretSession(translationConfig(identity, session.audio)) };
}

type Shown = TranslationClientSecretResponse['session'];

/** The answer's type has no null for what is not set: such keys are left out. */
function secretSession({ audio, ...rest }: ReturnType<typeof translationConfig>): Shown {
  const { transcription, noise_reduction } = audio.input;
  return {
    ...rest,
    audio: {
      input: {
        ...(transcription === null ? {} : { transcription }),
        ...(noise_reduction === null ? {} : { noise_reduction }),
      },
      output: audio.output,
    },
  };
}
