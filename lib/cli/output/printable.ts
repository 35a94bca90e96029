/**
 * C0 and C1 controls, and what reorders or hides text: they would let an event's author write to the terminal of the
 * person who reads about it.
 */
const UNPRINTABLE = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** One line of text in which every control character shows as an escape. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.replace(/\r\n/g, '\n').split('\n').map(printable).join('\n');
}

/** JSON of one line: what JSON itself would leave raw is escaped, and reads back as the same text. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
