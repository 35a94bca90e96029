/** Encoders of values. Bytes travel as strings of one character per byte (latin1). */

/** The UTF-8 bytes of a text. */
export function utf8Bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function utf16le(text: string): string {
  return Buffer.from(text, 'utf16le').toString('latin1');
}

export function utf16be(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('latin1');
}

/** With the byte order mark FF FE. */
export function utf16(text: string): string {
  return `\xff\xfe${utf16le(text)}`;
}

export function base64(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('base64');
}

const STARTS = [0, 2, 3] as const;
const CUTS = [0, -3, -2] as const;

/**
 * The three texts that bytes can have inside Base64 of something longer, one per offset, without the characters that
 * depend on their neighbours.
 */
export function base64Offsets(bytes: string): string[] {
  return STARTS.map((start, offset) => {
    const encoded = base64(' '.repeat(offset) + bytes);
    const cut = CUTS[(bytes.length + offset) % 3] ?? 0;
    return encoded.slice(start, encoded.length + cut);
  });
}
