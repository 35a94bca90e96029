/**
 * Names in events are chosen by the people who are watched. What is shown of them is one line of visible characters:
 * nothing that moves a cursor, turns the reading direction, hides text, ends a line, or becomes a link.
 */

/** Controls, formats (bidi overrides, zero-width and tag characters), lone surrogates, private use, unassigned. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu;
/** U+0085 is a line end that `\s` does not know. */
const SPACES = /[\s\u0085\p{Z}]+/gu;

/** One line of visible characters, spaces collapsed. */
export function oneLine(text: string): string {
  return text.replace(SPACES, ' ').replace(INVISIBLE, '').replace(/ {2,}/g, ' ').trim();
}

/** Text of a rule's author: may have lines, of visible characters each; empty ones at both ends are dropped. */
export function lines(text: string): string[] {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.match(/^ */)?.[0] + oneLine(line))
    .join('\n')
    .trim()
    .split('\n');
}

/** Text from an event for people's eyes: one line, at most `most` characters, and no mail program makes a link of it. */
export function fromEvent(text: string, most = 200): string {
  return withoutLinks(cut(oneLine(text), most, '…'));
}

/** `https://x` → `https[:]//x`, `www.x` → `www[.]x`, `x.com/y` → `x[.]com/y`. */
function withoutLinks(text: string): string {
  return text
    .replaceAll('://', '[:]//')
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}[.]`)
    .replace(/\.(?=[a-z]{2,}(?::\d+)?[/?#]\S)/gi, '[.]');
}

/** At most `most` characters (code points), the cut marked. */
export function cut(text: string, most: number, mark: string): string {
  if (text.length <= most) return text;
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  return `${characters.slice(0, Math.max(0, most - mark.length)).join('')}${mark}`;
}
