import { createHash } from 'node:crypto';
import type { RawElement } from './split-array.ts';

/** Shorter than any token of NetBird's (40): an ordinary word, which events may hold by right. */
const LEAST_LENGTH = 20;

/**
 * Takes the token, and the hash that NetBird keeps of it, out of what a server serves: a proxy that echoes requests, or
 * a debugging answer, must not get them into the store.
 */
export function redactorOf(token: string): (elements: readonly RawElement[]) => readonly RawElement[] {
  if (token.length < LEAST_LENGTH) return (elements) => elements;
  const secrets = [token, createHash('sha256').update(token).digest('base64')];
  return (elements) => {
    if (!elements.some((element) => secrets.some((secret) => element.includes(secret)))) return elements;
    return elements.map((element) => secrets.reduce((text, secret) => text.replaceAll(secret, '[token]'), element));
  };
}
