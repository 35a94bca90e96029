import { readFile } from 'node:fs/promises';
import type { Listening } from '../api/node/listen.ts';
import { standingStore } from '../local/data-folder.ts';
import { serveLocalApi } from '../local/local-api.ts';
import { InputError } from '../model/errors.ts';
import { type Arguments, type Command, type Host, OK } from './command.ts';
import { HIGHEST_PORT, wholeNumber } from './number-option.ts';
import { printable, printableJson } from './output/printable.ts';
import { STORE_OPTIONS } from './store-options.ts';

/** A key may ask so often in a minute, as with NetBird's own API; ten times as often at once. */
const USUAL_RATE = 120;
const HIGHEST_RATE = 1_000_000;
const BURST = 10;

export const api: Command = {
  usage: '--data DIR [--port P] [--host H] [--tls-cert FILE --tls-key FILE] [--output text|ndjson]',
  description: `Serves what a data folder holds in the shape of NetBird's own API: existing clients work with another
base URL and a key of \`netbird-alerts keys create\`. History has no end there. Ctrl-C ends.`,
  options: {
    data: STORE_OPTIONS.data,
    port: { value: 'P', help: 'the TCP port; a free one by default' },
    host: { value: 'H', help: 'the address to listen on (127.0.0.1: this machine only)' },
    'tls-cert': { value: 'FILE', help: 'certificate, PEM: serves HTTPS' },
    'tls-key': { value: 'FILE', help: 'its key, PEM' },
    'rate-limit': { value: 'N', help: `requests a minute and key (${USUAL_RATE}); ten times as many at once` },
    output: { value: 'FORMAT', help: 'text | ndjson (one JSON object a line)', choices: ['text', 'ndjson'] },
  },
  async run(args, host) {
    const folder = args.text('data');
    if (folder === undefined) {
      throw new InputError(
        'Which store? --data DIR is missing.',
        'Give the folder that `netbird-alerts local --data DIR` was given.',
      );
    }
    const tls = await tlsOf(args);
    const store = await standingStore(folder);
    try {
      const perMinute = wholeNumber(args, 'rate-limit', USUAL_RATE, HIGHEST_RATE, 1);
      const served = await serveLocalApi(store.client, {
        port: wholeNumber(args, 'port', 0, HIGHEST_PORT),
        host: args.text('host') ?? '127.0.0.1',
        ...tls,
        clock: host.clock,
        limit: { perMinute, burst: perMinute * BURST },
        log: complainTo(host),
      });
      try {
        await warnOfPlainHttp(served, host);
        await host.out.write(args.text('output') === 'ndjson' ? readyLine(served) : welcome(folder, served));
        if (await store.isLost(host.stop)) {
          throw new InputError(
            `The netbird-alerts that had ${folder} open has ended.`,
            'Start this again; with `local --api PORT` one process does both.',
          );
        }
      } finally {
        await served.close();
      }
    } finally {
      await store.close();
    }
    return OK;
  },
};

/** Where an API is served, for scripts. */
export function readyLine({ url }: Pick<Listening, 'url'>): string {
  return `${printableJson({ type: 'ready', url })}\n`;
}

/** Faults of the API go to stderr as they come. */
export function complainTo({ err }: Host): (entry: Readonly<Record<string, unknown>>) => void {
  return (entry) => {
    err.write(`${printableJson(entry)}\n`).catch(() => undefined);
  };
}

async function warnOfPlainHttp({ url }: Listening, { err }: Host): Promise<void> {
  if (/^https:|^http:\/\/(127\.|\[::1\]|localhost)/.test(url)) return;
  await err.write('Plain HTTP shows keys to everybody on the way: serve HTTPS with --tls-cert and --tls-key.\n');
}

function welcome(folder: string, { url }: Listening): string {
  return printableText(`Serving ${folder} at ${url}
  ${url}/api/events/audit
  ${url}/api/events/network-traffic
  ${url}/openapi.json
A key, from another terminal: netbird-alerts keys create --data ${folder} --name NAME
Ctrl-C ends it.
`);
}

function printableText(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

async function tlsOf(args: Arguments): Promise<{ tls?: { cert: string; key: string } }> {
  const [cert, key] = [args.text('tls-cert'), args.text('tls-key')];
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined || key === undefined) {
    throw new InputError('HTTPS needs a certificate and its key.', 'Give both --tls-cert FILE and --tls-key FILE.');
  }
  return { tls: { cert: await readPem(cert), key: await readPem(key) } };
}

async function readPem(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause) => {
    throw new InputError(`The file ${file} cannot be read.`, 'Name a PEM file that you may read.', { cause });
  });
}
