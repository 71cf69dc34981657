import {
  backgroundResult,
  OpenAIRealtimeBase,
  RealtimeAgent,
  type RealtimeClientMessage,
  type RealtimeItem,
  type RealtimeSessionConfig,
  RealtimeSession,
  tool,
} from '@openai/agents-realtime';
