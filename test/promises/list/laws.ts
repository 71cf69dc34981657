import { type Area, type Statement, testsIn } from '../promise.ts';

const core = testsIn('test/laws/core.test.ts');

/** A law that holds over random interleavings of everything that can happen to a session. */
function law(number: string, promise: string, says: string): Statement {
  return {
    id: `law-${number}`,
    section: '§9',
    promise,
    kept: 'yes',
    proof: [core('keeps law $number: $says', says)],
  };
}

const interleavings: Area = {
  name: 'Order and consistency, whatever happens when',
  statements: [
    law(
      '1',
      'A response is created once and done once, and nothing of it comes later.',
      'a response is created once and done once',
    ),
    law(
      '2',
      'At most one response of the conversation runs.',
      'the default conversation has at most one running response',
    ),
    law(
      '3',
      'Whatever was added or begun is done, inside out, before response.done.',
      'items, parts and streams are closed',
    ),
    law('4', 'Deltas, their ends, items and look-ups say the same.', 'deltas, ends, items and retrieval say the same'),
    law(
      '5',
      'output_index and content_index start at 0 and count up, and ids do not change.',
      'output_index counts up by one',
    ),
    law('6', 'response.done lists the items of output_item.done.', 'response.done lists the items of output_item.done'),
    law('7', 'A status has its details, and usage sums up.', 'a status has its details, and usage sums up'),
    law('8', 'No delta follows a cancel, and nothing unfinished is completed by it.', 'cancelling completes nothing'),
    law('9', 'A response keeps the settings it was started with.', 'a response keeps the configuration'),
    law(
      '10',
      'An item is announced once and done once, after an item that is there.',
      'an item is announced once, done once',
    ),
    law('11', 'Folding the events gives the order that look-ups confirm.', 'folding the events gives the conversation'),
    law(
      '12',
      'What is out of band never enters the conversation.',
      'what is out of band never enters the conversation',
    ),
    law(
      '13',
      'Every event that has an answer gets one, or one error.',
      'every frame gets its acknowledgement or one error',
    ),
    law('14', 'Ids of clients are kept, ids of the server are unique.', 'ids that clients give are kept'),
    law('15', 'Deleted ids can be created again, live ones cannot.', 'live ids cannot be created again'),
    law('16', 'A turn has one id, one turn is open, and started and stopped alternate.', 'a turn has one id'),
    law('17', 'Places in the audio go forwards, and never past what was appended.', 'the audio clock goes forwards'),
    law('18', 'Each appended byte lands in at most one item.', 'each appended byte lands in at most one item'),
    law('19', 'Speech cancels the running response before its own commit.', 'speech cancels the running response'),
    law('19b', 'A clear ends the open turn for good.', 'clear ends the open turn for good'),
    law('20', 'With turn detection off nothing starts by itself.', 'with turn detection off nothing starts by itself'),
    law(
      '21',
      'The sound that was sent is the length up to which an item can be truncated.',
      'what was said bounds what can be truncated',
    ),
    law(
      '22',
      'Each committed item gets one transcript where transcription is on.',
      'a committed item gets one transcript',
    ),
    law(
      '23',
      'In a call, each output_audio_buffer.started has one stopped or cleared.',
      'sound that was started is stopped or cleared, once',
    ),
    law('24', 'session.created comes first, once.', 'session.created comes first, once'),
    law(
      '25',
      'session.updated is the fold of all accepted updates.',
      'the session shown is the fold of the accepted updates',
    ),
    law('26', 'No mistake closes a session, and a closed one is silent.', 'no mistake closes a session'),
    law('27', 'Every error echoes the client’s event_id.', "an error echoes the client's event_id"),
    law(
      '28',
      'cancel, clear and commit are answered at once, whatever audio waits.',
      'cancel, clear and commit are answered at once',
    ),
    law('29', 'Answers come in the order of the questions.', 'answers come in the order of the questions'),
    law('30', 'Only events of the API are sent, and only those of features in use.', 'only events of the API are sent'),
  ],
};

export const laws: readonly Area[] = [interleavings];
