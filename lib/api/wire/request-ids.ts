const BASE32_HEX = '0123456789abcdefghijklmnopqrstuv';

/**
 * Ids as NetBird's `X-Request-Id`s are (rs/xid): 20 characters of time, machine and counter, different for each call.
 * `machine` is 5 bytes, `counter` begins anywhere.
 */
export function createXids(machine: readonly number[], counter: number, now: () => Date): () => string {
  let count = counter;
  return () => {
    count = (count + 1) & 0xff_ffff;
    const bytes = Buffer.alloc(12);
    bytes.writeUInt32BE(Math.floor(now().getTime() / 1000) >>> 0, 0);
    bytes.set(machine, 4);
    bytes.writeUIntBE(count, 9, 3);
    return base32(bytes);
  };
}

function base32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const groups = bits.padEnd(Math.ceil(bits.length / 5) * 5, '0').match(/.{5}/g) ?? [];
  return groups.map((group) => BASE32_HEX[Number.parseInt(group, 2)]).join('');
}
