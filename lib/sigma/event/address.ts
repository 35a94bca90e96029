/** IP addresses as numbers. IPv4, and IPv6 that carries IPv4 (`::ffff:10.0.0.1`), have version 4. */
export interface Address {
  readonly version: 4 | 6;
  /** 32 bits each: one of them for version 4, four for version 6. */
  readonly words: readonly number[];
}

export interface Range extends Address {
  readonly bits: number;
}

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Undefined for what is no address: host names, `ip:port`, octets with leading zeros. A zone (`%eth0`) is dropped. */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return { version: 4, words: [v4] };
  const words = text.includes(':') ? parseV6(text.replace(/%[^%]+$/, '')) : undefined;
  if (!words) return undefined;
  const mapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return mapped ? { version: 4, words: [words[3] ?? 0] } : { version: 6, words };
}

/** `10.0.0.0/8`, `fc00::/7`, or one address. Host bits are ignored. */
export function parseRange(text: string): Range | undefined {
  const [host = '', length, more] = text.trim().split('/');
  const address = parseAddress(host);
  if (!address || more !== undefined) return undefined;
  const full = address.version === 4 ? 32 : 128;
  if (length === undefined) return { ...address, bits: full };
  if (!/^\d{1,3}$/.test(length)) return undefined;
  const written = Number(length);
  const bits = address.version === 4 && host.includes(':') ? written - 96 : written;
  return bits >= 0 && bits <= full ? { ...address, bits } : undefined;
}

export function inRange(address: Address, range: Range): boolean {
  if (address.version !== range.version) return false;
  for (let index = 0, left = range.bits; left > 0; index++, left -= 32) {
    const mask = left >= 32 ? -1 : ~(-1 >>> left);
    if ((((address.words[index] ?? 0) ^ (range.words[index] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

function parseV4(text: string): number | undefined {
  const parts = V4.exec(text);
  if (!parts) return undefined;
  let word = 0;
  for (const part of parts.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    word = word * 256 + Number(part);
  }
  return word;
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1] ?? '', true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return [0, 2, 4, 6].map((index) => (all[index] ?? 0) * 65_536 + (all[index + 1] ?? 0));
}

/** The 16-bit groups of one side of `::`; the last may be written as IPv4. */
function groups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const found: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const v4 = isEnd && index === parts.length - 1 ? parseV4(part) : undefined;
    if (v4 !== undefined) found.push(Math.floor(v4 / 65_536), v4 % 65_536);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) found.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return found;
}
