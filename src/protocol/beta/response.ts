import type { JsonObject } from '../json.ts';
import { formatFromBeta, formatToBeta } from './audio.ts';
import { eachObject, merge, objectOr, present, remainder } from './fields.ts';
import { modalitiesFromBeta, modalitiesToBeta, toolChoiceFromBeta, toolChoiceToBeta } from './generation.ts';
import { inputFromBeta, inputToBeta, itemFromBeta, shownItemToBeta } from './item.ts';

/** The settings of `response.create`. `temperature` is left out. */
export function responseParamsFromBeta(params: JsonObject): JsonObject {
  const { input, tool_choice, max_response_output_tokens, ...rest } = spokenFromBeta(params);
  return {
    ...rest,
    ...present({
      input: inputFromBeta(input),
      tool_choice: toolChoiceFromBeta(tool_choice),
      max_output_tokens: max_response_output_tokens,
    }),
  };
}

export function responseParamsToBeta(params: JsonObject): JsonObject {
  const { input, tool_choice, max_output_tokens, ...rest } = spokenToBeta(params);
  return {
    ...rest,
    ...present({
      input: inputToBeta(input),
      tool_choice: toolChoiceToBeta(tool_choice),
      max_response_output_tokens: max_output_tokens,
    }),
  };
}

/** The response object of `response.created` and `response.done`. `temperature` is left out. */
export function responseFromBeta(response: JsonObject): JsonObject {
  const { output, ...rest } = spokenFromBeta(response);
  return { ...rest, ...present({ output: eachObject(output, itemFromBeta) }) };
}

export function responseToBeta(response: JsonObject): JsonObject {
  const { output, ...rest } = spokenToBeta(response);
  return { ...rest, ...present({ output: eachObject(output, shownItemToBeta) }) };
}

/** What settings and object share: in which modality, voice and format the response is. */
function spokenFromBeta(fields: JsonObject): JsonObject {
  const { modalities, voice, output_audio_format, temperature: _dropped, audio, ...rest } = fields;
  const { output } = objectOr(audio);
  const spoken = present({ format: formatFromBeta(output_audio_format), voice });
  return {
    ...rest,
    ...present({
      output_modalities: modalitiesFromBeta(modalities),
      audio: merge(audio, present({ output: merge(output, spoken) })),
    }),
  };
}

function spokenToBeta(fields: JsonObject): JsonObject {
  const { output_modalities, audio, ...rest } = fields;
  const { output, ...otherAudio } = objectOr(audio);
  const { format, voice, ...otherOutput } = objectOr(output);
  return {
    ...rest,
    ...present({
      modalities: modalitiesToBeta(output_modalities),
      voice,
      output_audio_format: formatToBeta(format),
      audio: remainder(audio, present({ ...otherAudio, output: remainder(output, otherOutput) })),
    }),
  };
}
