import { hashOf } from '../identity.ts';

const LONGEST = 40;

/** A value as it is compared later: long ones as their hash, so that memory has a bound. */
export function remembered(value: string | number | undefined): string {
  const text = String(value ?? '');
  return Buffer.byteLength(text) <= LONGEST ? text : `sha256:${hashOf([text], 32)}`;
}
