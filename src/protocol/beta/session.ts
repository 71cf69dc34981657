import type { JsonObject } from '../json.ts';
import { formatFromBeta, formatToBeta, turnDetectionFromBeta } from './audio.ts';
import { merge, objectOr, present, remainder } from './fields.ts';
import { modalitiesFromBeta, modalitiesToBeta, toolChoiceFromBeta, toolChoiceToBeta } from './generation.ts';

/** The two kinds of session that the beta had; there an event's name told them apart, in GA the session's `type` does. */
export type SessionKind = 'realtime' | 'transcription';

/**
 * A flat beta session to a GA session. `temperature`, which GA no longer has, is left out, and so are the `modalities`
 * of a transcription session. Everything else that the beta did not know stays where it is, GA fields included.
 */
export function sessionFromBeta(session: JsonObject, kind: SessionKind = 'realtime'): JsonObject {
  const {
    modalities,
    voice,
    speed,
    input_audio_format,
    output_audio_format,
    input_audio_transcription: transcription,
    input_audio_noise_reduction: noise_reduction,
    turn_detection,
    max_response_output_tokens,
    tool_choice,
    temperature: _dropped,
    audio,
    ...rest
  } = session;
  const { input, output } = objectOr(audio);
  const inputFields = present({
    format: formatFromBeta(input_audio_format),
    transcription,
    noise_reduction,
    turn_detection: turnDetectionFromBeta(turn_detection),
  });
  const outputFields = present({ format: formatFromBeta(output_audio_format), voice, speed });
  return {
    type: kind,
    ...rest,
    ...present({
      output_modalities: kind === 'realtime' ? modalitiesFromBeta(modalities) : undefined,
      audio: merge(audio, present({ input: merge(input, inputFields), output: merge(output, outputFields) })),
      max_output_tokens: max_response_output_tokens,
      tool_choice: toolChoiceFromBeta(tool_choice),
    }),
  };
}

/**
 * A GA session to a flat beta session. What the beta had no place for stays where it is (`truncation`, `reasoning`,
 * an own voice, unknown fields), also inside `audio`, of which only the rest is left.
 */
export function sessionToBeta(session: JsonObject): JsonObject {
  const { type, output_modalities, audio, max_output_tokens, tool_choice, ...rest } = session;
  const { input, output, ...otherAudio } = objectOr(audio);
  const { format: inputFormat, transcription, noise_reduction, turn_detection, ...otherInput } = objectOr(input);
  const { format: outputFormat, voice, speed, ...otherOutput } = objectOr(output);
  const inputRest = remainder(input, otherInput);
  const outputRest = remainder(output, otherOutput);
  return {
    ...rest,
    ...present({
      type: type === 'realtime' || type === 'transcription' ? undefined : type,
      modalities: modalitiesToBeta(output_modalities),
      voice,
      speed,
      input_audio_format: formatToBeta(inputFormat),
      output_audio_format: formatToBeta(outputFormat),
      input_audio_transcription: transcription,
      input_audio_noise_reduction: noise_reduction,
      turn_detection,
      tool_choice: toolChoiceToBeta(tool_choice),
      max_response_output_tokens: max_output_tokens,
      audio: remainder(audio, present({ ...otherAudio, input: inputRest, output: outputRest })),
    }),
  };
}
