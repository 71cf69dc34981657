import type { ScriptedAnswer } from '../engines/openai/chat-server.ts';

/** What can be asked of the concierge, as a grammar. */
export const questions: readonly string[] = [
  '(what is | how is) the weather in (paris | london | berlin | rome)',
  'what time is it',
  'tell me a (story | secret)',
  'please stop',
];

/** What it may say, as a grammar with far more sentences than it has. */
export const answers: readonly string[] = [
  'in (paris | london | berlin | rome) it is (sunny | rainy | cloudy | windy) and (nine | ten | eleven | twenty | thirty) degrees',
  '(the time | it) is (now | nearly) (nine | ten | eleven | twelve) (in the morning | at night)',
  '(you want me to stop | you want a story)',
  'i am sorry',
];

interface Message {
  readonly role: string;
  readonly content: string | null;
}

/** A language model with these few thoughts. What it does follows from what it is sent, word for word. */
export function concierge(body: Readonly<Record<string, unknown>>): ScriptedAnswer {
  const newest = messagesOf(body).at(-1);
  return newest?.role === 'tool' ? tell(body) : answer(newest?.content ?? '');
}

function answer(words: string): ScriptedAnswer {
  const city = /weather in (\w+)/.exec(words)?.[1];
  if (city !== undefined) return { calls: [{ name: 'get_weather', arguments: { city } }] };
  if (words.includes('time')) return { calls: [{ name: 'get_time', arguments: {} }] };
  if (words.includes('story')) return { text: story };
  if (words.includes('stop')) return { text: ['You want me ', 'to stop.'] };
  return { text: ['I am sorry.'] };
}

/** Says what the tool gave, with the city of the question. */
function tell(body: Readonly<Record<string, unknown>>): ScriptedAnswer {
  const messages = messagesOf(body);
  const output = messages.at(-1)?.content ?? '';
  const asked = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const city = /weather in (\w+)/.exec(asked)?.[1];
  return { text: city === undefined ? ['It is ', `${output}.`] : ['In ', city, ' it is ', `${output}.`] };
}

const story = 'Once upon a time there was a parrot who could not stop to talk. '.repeat(20).match(/\S+\s/g) ?? [];

function messagesOf(body: Readonly<Record<string, unknown>>): readonly Message[] {
  // A request to a language model holds messages.
  return body['messages'] as readonly Message[];
}
