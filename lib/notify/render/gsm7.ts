import { toAscii } from './ascii.ts';

/** GSM 03.38: the alphabet in which a text message has 160 characters; one foreign character leaves 70. */
const BASIC = new Set(
  '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Each takes two places: an escape and itself. */
const EXTENSION = new Set('^{}\\[~]|€');

/** The text in the GSM alphabet: itself where it can be, else what reads alike, else `?`. */
export function toGsm7(text: string): string {
  const characters = Array.from(text.normalize('NFC'), (character) => {
    if (BASIC.has(character) || EXTENSION.has(character)) return character;
    return Array.from(toAscii(character), (ascii) => (ascii === '`' ? "'" : ascii)).join('');
  });
  return characters.join('').replace(/\?{2,}/g, '?');
}

/** Places that a text in the GSM alphabet takes. */
export function gsm7Length(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (EXTENSION.has(character) ? 2 : 1), 0);
}

/** The beginning of a text in the GSM alphabet that takes at most `most` places, the cut marked with `...`. */
export function cutGsm7(text: string, most: number): string {
  if (gsm7Length(text) <= most) return text;
  const mark = most > 3 ? '...' : '';
  let kept = '';
  let places = mark.length;
  for (const character of text) {
    places += gsm7Length(character);
    if (places > most) break;
    kept += character;
  }
  return kept.trimEnd() + mark;
}
