/** What Unicode's compatibility decomposition leaves whole. */
const LATIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  ŋ: 'n',
  Ŋ: 'N',
  '‘': "'",
  '’': "'",
  '‚': ',',
  '‹': '<',
  '›': '>',
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '⁄': '/',
  '•': '*',
  '·': '.',
  '×': 'x',
  '→': '->',
  '←': '<-',
  '€': 'EUR',
  '£': 'GBP',
  '©': '(c)',
  '®': '(R)',
};

/** Printable ASCII that reads alike: `é` → `e`, `ß` → `ss`, `…` → `...`; a run of what has no likeness → `?`. */
export function toAscii(text: string): string {
  let ascii = '';
  let isUnknown = false;
  for (const character of text.normalize('NFKD')) {
    if (/^\p{M}$/u.test(character)) continue;
    const like = /^[ -~]$/.test(character) ? character : LATIN[character];
    if (like !== undefined) ascii += like;
    else if (!isUnknown) ascii += '?';
    isUnknown = like === undefined;
  }
  return ascii;
}
