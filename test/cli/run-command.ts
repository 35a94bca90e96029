import { resolve } from 'node:path';
import type { Host } from '../../lib/cli/command.ts';
import { main } from '../../lib/cli/main.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, as bin/netbird-alerts.ts would. */
export async function runCommand(words: readonly string[], host: Partial<Host> = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await main(words, {
    out: {
      async write(text) {
        out += text;
      },
    },
    err: {
      async write(text) {
        err += text;
      },
    },
    env: {},
    stop: new AbortController().signal,
    packageFolder: resolve(__dirname, '../..'),
    clock: () => new Date('2026-11-24T12:00:00Z'),
    ...host,
  });
  return { code, out, err };
}

/** The lines of NDJSON. */
export function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
