import { describe, expect, it } from 'vitest';
import {
  clientSecretRequestFromBeta,
  clientSecretRequestToBeta,
  clientSecretResponseFromBeta,
  clientSecretResponseToBeta,
} from './client-secret.ts';

const expires_after = { anchor: 'created_at', seconds: 600 };
const session = { type: 'realtime', model: 'gpt-realtime', audio: { output: { voice: 'ash' } } };

describe('an ephemeral key', () => {
  it('is asked for with the session around it in the beta, beside it in GA', () => {
    const beta = { model: 'gpt-realtime', voice: 'ash', client_secret: { expires_after } };
    expect(clientSecretRequestFromBeta(beta)).toStrictEqual({ session, expires_after });
    expect(clientSecretRequestToBeta({ session, expires_after })).toStrictEqual(beta);
  });

  it('is asked for without any wishes in both', () => {
    expect(clientSecretRequestFromBeta({})).toStrictEqual({ session: { type: 'realtime' } });
    expect(clientSecretRequestToBeta({})).toStrictEqual({});
  });

  it('is given inside the session in the beta, beside it in GA', () => {
    const beta = { model: 'gpt-realtime', voice: 'ash', client_secret: { value: 'ek_1', expires_at: 5 } };
    const ga = { value: 'ek_1', expires_at: 5, session };
    expect(clientSecretResponseToBeta(ga)).toStrictEqual(beta);
    expect(clientSecretResponseFromBeta(beta)).toStrictEqual(ga);
  });

  it('may be for a transcription session', () => {
    const body = { input_audio_format: 'pcm16' };
    const tree = { type: 'transcription', audio: { input: { format: { type: 'audio/pcm', rate: 24_000 } } } };
    expect(clientSecretRequestFromBeta(body, 'transcription')).toStrictEqual({ session: tree });
    expect(clientSecretResponseFromBeta(body, 'transcription')).toStrictEqual({ session: tree });
  });

  it('is asked for with unknown wishes kept, so that the check names them', () => {
    expect(clientSecretRequestFromBeta({ client_secret: { wish: 1 } })).toStrictEqual({
      session: { type: 'realtime', client_secret: { wish: 1 } },
    });
    expect(clientSecretRequestFromBeta({ client_secret: 'broken' })).toStrictEqual({
      session: { type: 'realtime', client_secret: 'broken' },
    });
  });
});
