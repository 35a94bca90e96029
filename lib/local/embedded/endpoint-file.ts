import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ALIVE_PATH, type Endpoint, proofOf } from './front-server.ts';

const FILE = 'endpoint.json';
const ALIVE_TIMEOUT_MS = 2000;
const endpointSchema = z.object({ address: z.url(), secret: z.string().min(1) });

/** Tells other processes of this user how to reach the store while it is open. */
export async function writeEndpoint(folder: string, endpoint: Endpoint): Promise<void> {
  const draft = join(folder, `${FILE}.${process.pid}`);
  await rm(draft, { force: true });
  await writeFile(draft, JSON.stringify(endpoint), { mode: 0o600, flag: 'wx' });
  await rename(draft, join(folder, FILE));
}

export async function removeEndpoint(folder: string): Promise<void> {
  await rm(join(folder, FILE), { force: true });
}

/** The endpoint of the process that has the folder open, or undefined: a killed one has left its file behind. */
export async function liveEndpoint(folder: string): Promise<Endpoint | undefined> {
  const endpoint = await readEndpoint(folder);
  return endpoint && (await isAlive(endpoint)) ? endpoint : undefined;
}

async function readEndpoint(folder: string): Promise<Endpoint | undefined> {
  try {
    return endpointSchema.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The port may be somebody else's by now: only the store that wrote the file knows its secret. */
async function isAlive(endpoint: Endpoint): Promise<boolean> {
  try {
    const answer = await fetch(endpoint.address + ALIVE_PATH, {
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${endpoint.secret}/` },
      redirect: 'error',
      signal: AbortSignal.timeout(ALIVE_TIMEOUT_MS),
    });
    return answer.ok && (await answer.text()) === proofOf(endpoint.secret);
  } catch {
    return false;
  }
}
