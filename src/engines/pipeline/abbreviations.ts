/** Words that a full stop shortens, and that seldom end a sentence; in small letters. */
const abbreviations: ReadonlySet<string> = new Set(
  [
    'mr mrs ms mx dr prof sr jr st messrs rev hon capt lt sgt gen gov sen rep',
    'vs etc inc ltd corp dept est approx misc cf al ca viz resp incl excl',
    'jan feb apr aug sept oct nov dec tues thurs',
    'bzw usw ggf evtl inkl zzgl bspw hr frl mio mrd tel str',
    'mme mlle mgr env sra srta ud uds dott ing',
  ]
    .join(' ')
    .split(' '),
);

/** Words that are short for "number" and the like only before a number. */
const beforeNumbers: ReadonlySet<string> = new Set([
  'no',
  'nos',
  'nr',
  'fig',
  'figs',
  'vol',
  'ch',
  'sec',
  'art',
  'p',
  'pp',
]);

/** Whether a full stop after this text shortens a word: "Dr", "e.g", "U.S", or the one letter of a name. */
export function isAbbreviation(before: string): boolean {
  const word = lastWord(before);
  const isLetters = /^(?:\p{L}|(?:\p{L}{1,2}\.)+\p{L}{1,2})$/u.test(word);
  return isLetters ? !isPronoun(word) && !needsNumber(before) : abbreviations.has(word.toLowerCase());
}

/** "So do I." ends; an initial is seldom an I. */
function isPronoun(word: string): boolean {
  return word === 'I';
}

/** Whether the text ends in a word that is short for something only where a number follows: "No. 5", but "No. Never." */
export function needsNumber(before: string): boolean {
  return beforeNumbers.has(lastWord(before).toLowerCase());
}

const months = /^(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Jah)/u;

/** Whether what follows a small number and its full stop makes it an ordinal, as other languages than English write it. */
export function isOrdinal(after: string): boolean {
  return /^\p{Ll}/u.test(after) || months.test(after);
}

const longestWord = 24;

function lastWord(before: string): string {
  return /[\p{L}.]+$/u.exec(before.slice(-longestWord))?.[0] ?? '';
}
