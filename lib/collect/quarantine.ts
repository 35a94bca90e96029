import { createHash } from 'node:crypto';
import type { Source } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import { microsOf } from '../model/timestamp.ts';
import type { EventStore, StateStore } from '../store/ports.ts';
import type { RawElement } from './netbird/split-array.ts';
import { operatorFinding } from './operator-finding.ts';

/**
 * State `quarantine#<tenant>#<source>`: what garbage is known, so that it is kept and told once however often it is
 * served. A batch is written down before its rows are put, and marked as told after it was: a run that dies in between
 * does both again, with the same keys.
 */
interface Known {
  readonly batches: readonly Batch[];
}

interface Batch {
  /** RFC 3339, milliseconds. */
  readonly receivedAt: string;
  /** The item's version when it was written down. */
  readonly version: number;
  readonly hashes: readonly string[];
  readonly told: boolean;
}

export interface QuarantineDeps {
  readonly events: EventStore;
  readonly state: StateStore;
  readonly tell: (findings: Finding[]) => Promise<void>;
}

export interface QuarantineSettings {
  readonly tenant: string;
  readonly source: Source;
  readonly now: Date;
  readonly expiresAt?: number | undefined;
}

/** More than one answer can hold; the oldest are forgotten first. */
const MAX_HASHES = 11_000;
const MAX_RAW = 100 * 1024;

/** Keeps what is no event, and tells of it. Gives the number of rows that were new. */
export async function quarantine(
  deps: QuarantineDeps,
  settings: QuarantineSettings,
  garbage: ReadonlyMap<RawElement, string>,
): Promise<number> {
  if (garbage.size === 0) return 0;
  const key = `quarantine#${settings.tenant}#${settings.source}`;
  const item = (await deps.state.getMany([key])).get(key);
  const version = (item?.version ?? 0) + 1;
  const byHash = new Map([...garbage].map(([raw, reason]) => [hashOf(raw), { raw, reason }]));
  const known = (item?.body as Known | undefined)?.batches ?? [];
  const batches = withNewBatch(known, [...byHash.keys()], settings.now, version);
  const untold = batches.filter(({ told }) => !told);
  if (untold.length === 0) return 0;
  // On a conflict another run is at the same garbage; this one finds it known next time.
  if ((await deps.state.put({ key, version, body: { batches } })) === 'conflict') return 0;

  let count = 0;
  for (const batch of untold) {
    const samples = batch.hashes.map((hash) => byHash.get(hash)).filter((sample) => sample !== undefined);
    for (const sample of samples) if (await keep(deps.events, settings, batch, sample)) count += 1;
    await deps.tell([findingOf(settings, key, batch, samples[0]?.reason ?? 'unknown')]);
  }
  const told = batches.map((batch) => ({ ...batch, told: true }));
  await deps.state.put({ key, version: version + 1, body: { batches: told } });
  return count;
}

function withNewBatch(known: readonly Batch[], hashes: string[], now: Date, version: number): Batch[] {
  const seen = new Set(known.flatMap((batch) => batch.hashes));
  const fresh = hashes.filter((hash) => !seen.has(hash));
  if (fresh.length === 0) return [...known];
  const batches = [...known, { receivedAt: now.toISOString(), version, hashes: fresh, told: false }];
  let total = seen.size + fresh.length;
  while (total > MAX_HASHES && batches.length > 1) total -= batches.shift()?.hashes.length ?? 0;
  return batches;
}

function keep(
  events: EventStore,
  { tenant, source, expiresAt }: QuarantineSettings,
  batch: Batch,
  { raw, reason }: { readonly raw: string; readonly reason: string },
): Promise<boolean> {
  const row = { tenant, source, receivedAt: batch.receivedAt, raw: cutAt(raw, MAX_RAW), reason };
  return events.putQuarantined(expiresAt === undefined ? row : { ...row, expiresAt });
}

function findingOf({ tenant, source }: QuarantineSettings, key: string, batch: Batch, reason: string): Finding {
  const count = batch.hashes.length;
  const one = source === 'audit' ? 'audit event' : 'traffic row';
  return operatorFinding({
    tenant,
    source,
    key,
    version: batch.version,
    code: 'quarantined',
    severity: 'medium',
    title: `${count} ${one}${count === 1 ? '' : 's'} of NetBird could not be understood`,
    message: `${quarantinedMessage(count)} The first complaint: ${reason}.`,
    dedupKey: `${source} quarantined`,
    at: microsOf(new Date(batch.receivedAt)),
    count,
  });
}

/** What happened and what to do next. */
export function quarantinedMessage(count: number): string {
  return `NetBird served ${count} new ${count === 1 ? 'row' : 'rows'} that could not be understood; they are kept raw in the Events table under #quarantine#. No rule has seen them: read them, and update netbird-alerts if NetBird has changed its format.`;
}

function hashOf(raw: string): string {
  return createHash('sha256').update(raw).digest('hex').slice(0, 16);
}

/** At most so many bytes, and no half character. */
function cutAt(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\ufffd$/, '');
}
