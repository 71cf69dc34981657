/** What a newcomer wants to know, where somebody has asked it of a project like this, and where it is answered here. */
export interface Question {
  readonly question: string;
  /** The public issue in which it was asked, as owner/repository#number. */
  readonly asked: string;
  /** The page, from the root of the repository, and the heading on it. */
  readonly answer: readonly [page: string, heading: string];
  /** A word that the reader looks for: a line of the README or of the table of contents that leads to the page has it. */
  readonly sign: string;
}

const troubleshooting = 'docs/troubleshooting.md';

export const questions: readonly Question[] = [
  {
    question: 'The assistant hears its own voice through my loudspeakers and answers itself. What can I do?',
    asked: 'openai/openai-realtime-api-beta#48',
    answer: [troubleshooting, 'It interrupts itself'],
    sign: 'fails',
  },
  {
    question: 'Speech is detected and responses complete. Why do I hear nothing?',
    asked: 'hkjarral/AVA-AI-Voice-Agent-for-Asterisk#73',
    answer: [troubleshooting, 'There is no sound'],
    sign: 'fails',
  },
  {
    question: 'Why is the beginning of what the user says missing?',
    asked: 'livekit/agents#3261',
    answer: [troubleshooting, 'The first word is lost'],
    sign: 'fails',
  },
  {
    question: 'It notices that I start to speak, and never that I stop. Why?',
    asked: 'twilio-samples/speech-assistant-openai-realtime-api-python#6',
    answer: [troubleshooting, 'Turns start from noise, or never start'],
    sign: 'fails',
  },
  {
    question: 'A cough or a conversation nearby makes it answer. How is that tuned?',
    asked: 'MemberJunction/MJ#3534',
    answer: [troubleshooting, 'Turns start from noise, or never start'],
    sign: 'fails',
  },
  {
    question: 'Why does it fall silent as soon as a tool has been called?',
    asked: 'pipecat-ai/pipecat#917',
    answer: [troubleshooting, 'The model never answers'],
    sign: 'fails',
  },
  {
    question: 'What does "Conversation already has an active response in progress" want from me?',
    asked: 'openai/openai-agents-python#1466',
    answer: [troubleshooting, 'The model never answers'],
    sign: 'fails',
  },
  {
    question: 'Why does the connection end after 60 seconds behind nginx?',
    asked: 'websockets/ws#2283',
    answer: [troubleshooting, 'It works locally, but not behind my proxy'],
    sign: 'fails',
  },
  {
    question: 'Why does wss with a self-signed certificate not connect on localhost?',
    asked: 'websockets/ws#2059',
    answer: [troubleshooting, 'wss with a self-signed certificate'],
    sign: 'fails',
  },
  {
    question: 'The answer holds an address of the container, and no sound arrives. What must I set?',
    asked: 'AlexxIT/go2rtc#68',
    answer: [troubleshooting, 'A WebRTC call connects but is silent'],
    sign: 'fails',
  },
  {
    question: 'Why does the voice sound like a chipmunk?',
    asked: 'deepgram-devs/deepgram-ai-agent-demo#73',
    answer: [troubleshooting, 'The sound is too fast, too slow or garbled'],
    sign: 'fails',
  },
  {
    question: 'How does a conversation go on after 60 minutes?',
    asked: 'pipecat-ai/pipecat#3170',
    answer: [troubleshooting, 'Sessions end after 60 minutes'],
    sign: 'fails',
  },
  {
    question: 'The first answer takes three or four seconds. Which part of it is slow, and what helps?',
    asked: 'livekit/agents#2493',
    answer: [troubleshooting, 'The first sound comes too late'],
    sign: 'fails',
  },
  {
    question: 'The telephone call is answered, and the media stream never comes. Why?',
    asked: 'twilio-samples/speech-assistant-openai-realtime-api-node#35',
    answer: [troubleshooting, 'The telephone rings, but is silent'],
    sign: 'fails',
  },
  {
    question: 'Why does the voice go on over the telephone when the caller interrupts?',
    asked: 'openai/openai-agents-js#1173',
    answer: ['docs/playhead.md', 'Twilio'],
    sign: 'Interruptions',
  },
  {
    question: 'How can a page talk to the API without revealing my key?',
    asked: 'OvidijusParsiunas/deep-chat#418',
    answer: ['docs/page-and-key.md', 'Client secrets'],
    sign: 'key',
  },
  {
    question: 'How many calls does a core hold?',
    asked: 'streamcoreai/streamcore-server#56',
    answer: ['docs/choosing.md', 'Hardware and capacity'],
    sign: 'hardware',
  },
  {
    question: 'Which graphics card do I need?',
    asked: 'huggingface/speech-to-speech#8',
    answer: ['docs/choosing.md', 'Hardware and capacity'],
    sign: 'hardware',
  },
  {
    question: 'Can I host everything myself, with models of Ollama in place of OpenAI?',
    asked: 'livekit/livekit#3412',
    answer: ['docs/configuration.md', 'Ollama'],
    sign: 'Configuration',
  },
  {
    question: 'My tool knows only the address of OpenAI. How do I point a client at another server?',
    asked: 'promptfoo/promptfoo#5437',
    answer: ['docs/point-your-client.md', 'Point your client here'],
    sign: 'Point your client',
  },
  {
    question: 'Is there something that plays /v1/realtime in my tests?',
    asked: 'CopilotKit/aimock#159',
    answer: ['docs/testing-your-app.md', 'Testing your app'],
    sign: 'tests',
  },
  {
    question: 'How do I record both sides of a conversation, in order?',
    asked: 'openai/openai-agents-js#648',
    answer: ['docs/takes.md', 'Recording'],
    sign: 'record',
  },
  {
    question: 'Can I take up a session again by its id after a reconnection?',
    asked: 'openai/openai-realtime-api-beta#83',
    answer: ['docs/resuming.md', 'Taking it up'],
    sign: 'lost',
  },
  {
    question: 'How do I end sessions after some minutes, or when they have cost too much?',
    asked: 'openai/openai-realtime-agents#119',
    answer: ['docs/limits.md', 'Keys with limits'],
    sign: 'budgets',
  },
  {
    question: 'How do I get transcripts alone, without answers?',
    asked: 'davidmigloz/langchain_dart#686',
    answer: ['docs/server.md', 'Transcription only'],
    sign: 'Transcripts',
  },
];
