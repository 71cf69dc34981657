import { readFileSync } from 'node:fs';
import * as beta from 'openai-realtime-api';

/** What the other clients offer, by the name of its table in docs/migration.md. */
export const features: Readonly<Record<string, readonly string[]>> = {
  javascript: [
    ...publicNames(),
    ...words(`dangerouslyAllowAPIKeyInBrowser debug sessionConfig defaultSessionConfig relay sessionCreated tools
      inputAudioBuffer realtime conversation eventHandlers items itemLookup responses responseLookup queuedSpeechItems
      queuedTranscriptItems item.formatted client.* server.* close realtime.event conversation.updated
      conversation.interrupted conversation.item.appended conversation.item.completed`),
  ],
  'openai-tools': words(`RealtimeClient::new with_auth azure detect_provider with_url from_url with_api_key auth model
    model_id modalities instructions voice input_audio_format output_audio_format enable_transcription transcription
    server_vad semantic_vad disable_turn_detection tools realtime_tools temperature connect
    send recv update_session append_audio append_audio_bytes commit_audio clear_audio create_item send_text
    create_response cancel_response submit_function_output delete_item truncate_item close
    EventHandler handle session_created session_updated conversation_item_created input_audio_transcription_completed
    speech_started speech_stopped response_created response_done text_delta text_done audio_delta audio_done
    audio_transcript_delta audio_transcript_done function_call_arguments_delta function_call_arguments_done
    rate_limits_updated error is_error event_id pcm16 g711_ulaw g711_alaw near_field far_field create_response
    interrupt_response with_modalities with_instructions with_voice with_input_audio_format with_output_audio_format
    with_transcription with_turn_detection with_tools with_realtime_tools with_tool_choice with_temperature
    with_max_tokens MaxTokens ToolChoice RealtimeTool::function ResponseCreateConfig out_of_band MessageItem::user_text
    assistant_text system user_audio ContentPart::input_text input_audio text FunctionCallOutputItem::new`),
  'openai-protocol': words(`ClientEvent ServerEvent event_type to_event_type session_update conversation_item_create
    conversation_item_delete conversation_item_retrieve conversation_item_truncate input_audio_buffer_append
    input_audio_buffer_clear input_audio_buffer_commit output_audio_buffer_clear response_cancel response_create
    is_function_call_done get_function_call RealtimeClientEvent RealtimeServerEvent RealtimeResponseBuilder`),
};

/**
 * The constructors and builders of both crates, by the name of their table in docs/migration.md and as Rust writes them. Those
 * of events are the rows of the event API; the others are named here.
 */
export const constructors: Readonly<Record<string, readonly string[]>> = {
  'openai-tools client': eventRows((on) => on === 'ClientEvent'),
  'openai-protocol server': eventRows((on) => on === 'ServerEvent'),
  'openai-protocol builders': eventRows((on) => on.endsWith('EventBuilder')),
  'openai-protocol response': [
    'RealtimeResponse::builder',
    ...words(`new status status_details output add_output metadata add_metadata audio usage maybe_usage
      conversation_id output_modalities max_output_tokens build`).map((name) => `RealtimeResponseBuilder::${name}`),
  ],
};

function eventRows(isWanted: (on: string) => boolean): readonly string[] {
  const rows: readonly { readonly on: string; readonly call: string }[] = JSON.parse(
    readFileSync(new URL('../event-api/rows.json', import.meta.url), 'utf8'),
  );
  return [...new Set(rows.filter(({ on }) => isWanted(on)).map(({ on, call }) => `${on}::${call}`))];
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** Every function and class that the package exports, and every public method of its classes. */
function publicNames(): string[] {
  return Object.entries(beta).flatMap(([name, value]) => {
    if (!name.startsWith('Realtime')) return [name];
    const methods = typeof value === 'function' ? Object.getOwnPropertyNames(value.prototype) : [];
    return methods.filter((method) => method !== 'constructor' && !method.startsWith('_'));
  });
}
