/** Error codes that a metric names; any other counts as `other`, so that nobody can add series by inventing codes. */
const namedCodes: ReadonlySet<string> = new Set([
  // of an event's shape
  'array_above_max_length',
  'array_below_min_length',
  'decimal_above_max_value',
  'decimal_below_min_value',
  'integer_above_max_value',
  'integer_below_min_value',
  'invalid_event',
  'invalid_json',
  'invalid_type',
  'invalid_value',
  'missing_required_parameter',
  'object_above_max_properties',
  'string_above_max_length',
  'unknown_parameter',
  // of a session
  'cannot_update_voice',
  'conversation_already_has_active_response',
  'input_audio_buffer_commit_empty',
  'client_secret_limit_reached',
  'conversation_limit_reached',
  'event_too_long',
  'input_audio_buffer_full',
  'internal_error',
  'invalid_event_for_transport',
  'invalid_parameter',
  'invalid_tool_call_id',
  'item_create_duplicate_item_id',
  'item_create_invalid_previous_item_id',
  'item_delete_invalid_item_id',
  'item_not_found',
  'item_retrieve_invalid_item_id',
  'item_truncate_invalid_item_id',
  'response_cancel_not_active',
  'response_limit_reached',
  'server_draining',
  'insufficient_quota',
  'session_closing',
  'session_expired',
  'slow_consumer',
  'take_mismatch',
  'unsupported_content_type',
  // of a connection
  'beta_api_shape_disabled',
  'call_already_answered',
  'call_ended',
  'calls_unavailable',
  'call_id_not_found',
  'expectation_failed',
  'forward_not_accepted',
  'headers_too_large',
  'host_not_allowed',
  'invalid_api_key',
  'invalid_call_state',
  'invalid_model',
  'invalid_offer',
  'invalid_signature',
  'invalid_request_error',
  'invalid_upgrade',
  'malformed_request',
  'method_not_allowed',
  'missing_model',
  'resume_handle_expired',
  'resume_handle_invalid',
  'resume_not_available',
  'resume_superseded',
  'origin_not_allowed',
  'peer_not_allowed',

  'rate_limit_error',
  'refer_failed',
  'request_timeout',
  'request_too_large',
  'session_limit_reached',
  'session_not_found',
  'too_many_wrong_keys',
  'unknown_url',
  'upstream_refused',
  'state_unavailable',
  'upstream_unavailable',
  'upgrade_required',
  // of a response or a transcription
  'audio_unavailable',
  'audio_unintelligible',
  'context_length_exceeded',
  'engine_bad_answer',
  'engine_rate_limited',
  'engine_rejected',
  'engine_timeout',
  'engine_unavailable',
  'mcp_server_failed',
  'rate_limit_exceeded',
  'server_error',
  'session_recovered',
]);

/** The code as a label: itself where it is known, else `other`; `none` where there is none. */
export function codeLabel(code: string | null | undefined): string {
  if (code === null || code === undefined || code === '') return 'none';
  return namedCodes.has(code) ? code : 'other';
}

/** Close codes of WebSocket and of this server; a peer may choose others. */
const namedCloses: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013,
]);

export function closeLabel(code: number): string {
  return namedCloses.has(code) ? String(code) : 'other';
}
