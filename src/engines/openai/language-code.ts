/** What speech models tell apart, besides names that a code of two letters has none for. */
const codes =
  'af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is it ja jv ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh'.split(
    ' ',
  );

let codeOfName: ReadonlyMap<string, string> | null = null;

/** The ISO-639 code of a language that a server gives by code ("en") or by its English name ("english"); else null. */
export function languageCode(language: string): string | null {
  const given = language.trim().toLowerCase();
  if (codes.includes(given)) return given;
  codeOfName ??= namesOfCodes();
  return codeOfName.get(given) ?? null;
}

function namesOfCodes(): ReadonlyMap<string, string> {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  return new Map(codes.map((code) => [(names.of(code) ?? code).toLowerCase(), code]));
}
