import { runCommand } from '../cli/run-command.ts';
import { storedFolder } from '../cli/stored.ts';
import type { Certificate } from './certificate.ts';
import { AUDIT, TRAFFIC } from './stored-history.ts';

/** One history, served twice over. */
export interface ServedHistory {
  readonly http: string;
  /** Absent where there is no certificate. */
  readonly https?: string;
  readonly token: string;
  close(): Promise<void>;
}

/** A data folder with the history, served by `netbird-alerts api`, and a key from `netbird-alerts keys create`. */
export async function serveHistory(certificate: Certificate | undefined): Promise<ServedHistory> {
  const { folder, remove } = await storedFolder({ events: AUDIT, traffic: TRAFFIC });
  const http = await serve(folder);
  const https =
    certificate && (await serve(folder, '--tls-cert', certificate.certFile, '--tls-key', certificate.keyFile));
  const created = await runCommand(['keys', 'create', '--data', folder, '--name', 'client', '--output', 'ndjson']);
  return {
    http: http.url,
    ...(https && { https: https.url }),
    token: JSON.parse(created.out).key,
    async close() {
      await https?.close();
      await http.close();
      await remove();
    },
  };
}

async function serve(folder: string, ...words: string[]): Promise<{ url: string; close(): Promise<void> }> {
  const stop = new AbortController();
  let served: Promise<unknown> = Promise.resolve();
  const url = await new Promise<string>((resolve, reject) => {
    const out = { write: async (line: string) => resolve(JSON.parse(line).url) };
    const host = { out, stop: stop.signal };
    served = runCommand(['api', '--data', folder, '--port', '0', '--output', 'ndjson', ...words], host).then(
      ({ err }) => reject(new Error(err)),
      reject,
    );
  });
  return {
    url,
    async close() {
      stop.abort();
      await served;
    },
  };
}
