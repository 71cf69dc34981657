/**
 * Every place where our types are not those of the official package, and why. The compiler compares this list with the
 * differences it finds, in both directions; `docs/parity.md` is made from it.
 */
export const differences = [
  {
    why: 'The types forbid null, but the documentation asks clients to send it: null switches the feature off.',
    where: ['AudioInput.noise_reduction: null only in ours', 'AudioInput.transcription: null only in ours'],
  },
  {
    why: 'Servers send null where there is nothing to tell, though the types forbid it; official examples show it.',
    where: [
      'RealtimeSession.include: null only in ours',
      'TranscriptionSession.include: null only in ours',
      'CallAcceptRequest.include: null only in ours',
      'Response.conversation_id: null only in ours',
      'Response.status_details: null only in ours',
      'Response.usage: null only in ours',
      'TranscriptionError.param: null only in ours',
      'UserContent.audio: null only in ours',
      'UserContent.transcript: null only in ours',
    ],
  },
  {
    why: 'The types say that `session.created` and `session.updated` carry what a client may set. Servers send more: who the session is, when it ends, and null for what is off. The API description has a second shape; we take the union of both.',
    where: [
      'SessionPayload<realtime>.id: only in ours',
      'SessionPayload<realtime>.object: only in ours',
      'SessionPayload<realtime>.expires_at: only in ours',
      'SessionPayload<realtime>.include: null only in ours',
      'SessionPayload<realtime>.audio.input.noise_reduction: null only in ours',
      'SessionPayload<realtime>.audio.input.transcription: null only in ours',
      'SessionPayload<realtime>.audio.input.transcription.language: null only in ours',
      'SessionPayload<realtime>.audio.input.transcription.prompt: null only in ours',
      'SessionPayload<transcription>.id: only in ours',
      'SessionPayload<transcription>.object: only in ours',
      'SessionPayload<transcription>.expires_at: only in ours',
      'SessionPayload<transcription>.include: null only in ours',
      'SessionPayload<transcription>.audio.input.noise_reduction: null only in ours',
      'SessionPayload<transcription>.audio.input.transcription: null only in ours',
      'SessionPayload<transcription>.audio.input.transcription.language: null only in ours',
      'SessionPayload<transcription>.audio.input.transcription.prompt: null only in ours',
      'SessionPayload<transcription>.audio.input.turn_detection<server_vad>.type: optional only in ours',
    ],
  },
  {
    why: 'A client secret carries the same session as `session.created`, so it has the same type; the official types describe it a second time, without some fields.',
    where: [
      'MintedSession<realtime>.include: null only in ours',
      'MintedSession<realtime>.parallel_tool_calls: only in ours',
      'MintedSession<realtime>.audio.input.noise_reduction: null only in ours',
      'MintedSession<realtime>.audio.input.transcription: null only in ours',
      'MintedSession<realtime>.audio.input.transcription.language: null only in ours',
      'MintedSession<realtime>.audio.input.transcription.prompt: null only in ours',
      'MintedSession<realtime>.audio.output.voice: an object only in ours',
      'MintedSession<transcription>.include: null only in ours',
      'MintedSession<transcription>.audio.input.noise_reduction: null only in ours',
      'MintedSession<transcription>.audio.input.transcription: null only in ours',
      'MintedSession<transcription>.audio.input.transcription.language: null only in ours',
      'MintedSession<transcription>.audio.input.transcription.prompt: null only in ours',
      'MintedSession<transcription>.audio.input.turn_detection<>: an object only in theirs',
      'MintedSession<transcription>.audio.input.turn_detection<server_vad>: an object only in ours',
      'MintedSession<transcription>.audio.input.turn_detection<semantic_vad>: an object only in ours',
    ],
  },
  {
    why: 'An item reference may stand in the `input` of a response. The official package has a second type for events with references; we have one type for both.',
    where: ['ResponseCreateParams.input[]<item_reference>: an object only in ours'],
  },
  {
    why: 'The official agents client leaves the id out, though the types require it.',
    where: ['McpApprovalResponse.id: optional only in ours'],
  },
  {
    why: 'Deltas may carry random text that evens out their sizes. The types know it only of the arguments of MCP calls.',
    where: [
      'ServerEvent<conversation.item.input_audio_transcription.delta>.obfuscation: only in ours',
      'ServerEvent<response.output_text.delta>.obfuscation: only in ours',
      'ServerEvent<response.output_audio_transcript.delta>.obfuscation: only in ours',
      'ServerEvent<response.function_call_arguments.delta>.obfuscation: only in ours',
    ],
  },
  {
    why: 'Official examples show the language of a translation’s input, which no type has.',
    where: [
      'TranslationSession.audio.input.transcription.language: only in ours',
      'TranslationSessionCreate.audio.input.transcription.language: only in ours',
      'TranslationSessionUpdate.audio.input.transcription.language: only in ours',
    ],
  },
] as const;

export type ListedDifference = (typeof differences)[number]['where'][number];
