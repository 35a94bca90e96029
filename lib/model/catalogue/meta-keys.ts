import table from './meta-keys.json' with { type: 'json' };

interface Entry {
  readonly keys: Readonly<Record<string, string>>;
  readonly enriched?: readonly string[];
  /** The open-source server knows the code and never writes it. */
  readonly unwritten?: true;
}

const ENTRIES = table as unknown as Readonly<Record<string, Entry>>;

/** What an activity code carries in `meta`. Every value is a string on the wire, whatever its type was. */
export interface MetaKeys {
  /** Keys that are always there. */
  readonly always: readonly string[];
  /** Keys that can be absent. */
  readonly sometimes: readonly string[];
  /** Keys that the server adds when it answers, from today's user directory. */
  readonly enriched: readonly string[];
  /** False: the open-source server never writes this code. */
  readonly written: boolean;
}

/** The meta keys of a code, as the open-source server (v0.77.1) writes them; undefined for a code that it lacks. */
export function metaKeysOf(code: string): MetaKeys | undefined {
  const entry = Object.hasOwn(ENTRIES, code) ? ENTRIES[code] : undefined;
  if (!entry) return undefined;
  const keys = Object.entries(entry.keys);
  return {
    always: keys.filter(([, type]) => !type.endsWith('?')).map(([key]) => key),
    sometimes: keys.filter(([, type]) => type.endsWith('?')).map(([key]) => key),
    enriched: entry.enriched ?? [],
    written: entry.unwritten !== true,
  };
}
