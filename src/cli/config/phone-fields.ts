import { key, text } from './field.ts';

/** How the telephone is answered, by whatever way calls come. */
export const answering = {
  model: text('the name of a model').describe('The model that answers. It has to be one of this server, not a relay.'),
  greeting: key(
    'What the model is told, so that it begins each call, such as "Say hello.". Default: the caller speaks first.',
    text('a text'),
  ),
  instructions: key("The instructions of these sessions. Default: the model's own.", text('a text')),
};

export const ownerKey = key(
  'The name of the API key that the calls belong to, and under whose limits they are. Default: the first of auth.keys.',
  text('the name of a key'),
);
