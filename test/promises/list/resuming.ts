import { type Area, testsIn } from '../promise.ts';

const calls = testsIn('test/resume/calls.test.ts');
const continued = testsIn('test/resume/continued.test.ts');
const left = testsIn('test/resume/left.test.ts');
const unasked = testsIn('test/resume/unasked.test.ts');
const resumed = testsIn('test/laws/resumed.test.ts');

/** Our extension: the service has nothing like it (behaviour §1.4). */
export const resuming: Area = {
  name: 'Resuming a session after its connection, its server or its age has ended',
  statements: [
    {
      id: 'resume-continued',
      section: '§1.4',
      promise: 'A session whose connection was cut goes on where it was: what was missed comes byte for byte.',
      kept: 'yes',
      proof: [
        continued('goes on where it was: what was missed comes byte for byte, then what is new'),
        continued('can be cut again while it is told what it missed, and misses nothing'),
        resumed('keeps law $number as if there had been one connection: $says'),
        continued('is taken over while the old connection hangs, which is closed with 1012'),
        continued('holds no second place, and gives its own back when it is closed'),
      ],
    },
    {
      id: 'resume-restored',
      section: '§1.4',
      promise:
        'A session that was left is taken up again whole, within resume.keep_s; on any server that shares state.',
      kept: 'yes',
      proof: [
        left('is taken up again after its grace, whole: the same id, its items and settings'),
        left('is forgotten after its time'),
        left('goes on where it was, whichever node is asked'),
        left('takes nothing with it but the answer that was being said, which ends as failed'),
      ],
    },
    {
      id: 'resume-handed-over',
      section: '§1.4',
      promise:
        'A server that stops hands over the sessions whose clients asked; the end of a session’s age is told a minute ahead.',
      kept: 'yes',
      proof: [
        left('hands sessions over to another, which know where they are'),
        left('lets what is being said come to its end first'),
        left('is told a minute ahead, and counts anew where it is taken up'),
      ],
    },
    {
      id: 'resume-asked',
      section: '§1.4',
      promise: 'Nobody is sent anything of it who has not asked, and a handle is good for its owner alone.',
      kept: 'yes',
      proof: [
        continued('or else nothing is sent of it, and a cut ends the session'),
        unasked('is sent the same bytes by a server that shares its state and by one that does not'),
        unasked('is sent what one is sent who asks %s, but for what is said of resuming, to the byte'),
        continued('that is forged, of another key, or nonsense names no session: one answer for all'),
        continued('of an older connection is superseded, and any of the newest is good'),
      ],
    },
    {
      id: 'resume-calls',
      section: '§1.4',
      promise: 'A call over WebRTC takes up a session that was left.',
      kept: 'yes',
      proof: [
        calls('goes on in another call: the same id, its items and settings, and is heard and spoken there'),
        calls('is had from the node that holds it, whichever is asked'),
        calls('is refused as a socket would be'),
      ],
    },
  ],
};
