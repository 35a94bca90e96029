import { goJson } from '../../api/wire/go-json.ts';
import { activityMessage } from '../../model/catalogue/activity-codes.ts';
import type { Clock } from '../../model/clock.ts';
import { parseTimestamp } from '../../model/timestamp.ts';
import type { Random } from './random.ts';
import type { UserDirectory } from './user-directory.ts';
import { goText, type MetaValue } from './wire-format.ts';

/** The server never answers with more events than this, and there is no way to read further back. */
export const MOST_EVENTS = 10_000;

/** Something done in the network: what the server writes into its log. Only the code is needed. */
export interface Act {
  readonly activity_code: string;
  /** Default: the catalogue's message of the code. */
  readonly activity?: string;
  readonly initiator_id?: string;
  /** With a name, an initiator whom the directory lacks is added to it, as a service user where there is no e-mail. */
  readonly initiator_name?: string;
  readonly initiator_email?: string;
  readonly target_id?: string;
  /** Likewise, where the target is a user. */
  readonly target_name?: string;
  readonly target_email?: string;
  readonly meta?: Readonly<Record<string, MetaValue>>;
  /** RFC 3339, up to nanoseconds. Default: the clock's time. */
  readonly timestamp?: string;
  /** Decimal. Default: the next one. */
  readonly id?: string;
}

/** What the database stores: SQLite keeps nanoseconds, Postgres microseconds. */
export type Dialect = 'sqlite' | 'postgres';

export interface AuditLogOptions {
  readonly random: Random;
  readonly clock: Clock;
  readonly dialect: Dialect;
  readonly directory: UserDirectory;
  /** Ids grow by 1 to 1 + this: one table serves many accounts. */
  readonly maxIdGap: number;
}

/** A row that has its id and time, as in a transaction that is not committed yet. */
export interface HeldRow {
  readonly id: string;
}

interface Row {
  readonly id: string;
  /** With exactly 9 fraction digits, so that text order is time order. */
  readonly nanosText: string;
  readonly act: Act;
  /** The object as it is served, if it is none that a server would write. */
  readonly raw?: string;
  text?: string;
  textVersion?: number;
}

/** The server's events table and how it reads: newest first, at most 10,000, with today's names. */
export class AuditLog {
  readonly #options: AuditLogOptions;
  /** Oldest first. */
  #rows: Row[] = [];
  #lastId = 0n;
  #lastNanos = 0n;
  #enabled = true;
  #toLose = 0;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#rows.length;
  }

  /** Writes acts in their order. Returns the ids of the rows; lost ones have none. */
  append(acts: readonly Act[] | Act): string[] {
    const list: readonly Act[] = 'activity_code' in acts ? [acts] : acts;
    return list.flatMap((act) => {
      const row = this.#take(act);
      if (row) this.#insert(row);
      return row ? [row.id] : [];
    });
  }

  /** Gives an act its id and time now and shows it only on `commit`: then it is late. Undefined: the row is lost. */
  hold(act: Act): HeldRow | undefined {
    return this.#take(act);
  }

  commit(held: HeldRow): void {
    if ('nanosText' in held) this.#insert(held as Row);
  }

  /** Serves `text` as one element of the array, as it is: for what no server writes. */
  appendRaw(text: string, timestamp?: string): void {
    this.#insert({ id: '', nanosText: this.#time(timestamp), act: { activity_code: '' }, raw: text });
  }

  /** The database is lost: no events, and ids start at 1 again. Users stay: they live elsewhere. */
  restart(): void {
    this.#rows = [];
    this.#lastId = 0n;
  }

  /** Off: nothing is written any more, what is there is served. */
  setEnabled(enabled: boolean): void {
    this.#enabled = enabled;
  }

  /** The next `count` rows fail to be written and are gone: the log is best effort. */
  loseNext(count = 1): void {
    this.#toLose += count;
  }

  /** The answer's body, byte for byte. */
  body(): string {
    const texts: string[] = [];
    const joined = new Set<string>();
    for (const row of this.#rows.slice(-MOST_EVENTS).reverse()) {
      // The server drops repeated joins after it has cut to the newest 10,000.
      const join = row.act.activity_code === 'user.join' ? `${row.act.target_id}|${row.act.initiator_id}` : undefined;
      if (join !== undefined && joined.has(join)) continue;
      if (join !== undefined) joined.add(join);
      texts.push(this.#textOf(row));
    }
    return `[${texts.join(',')}]\n`;
  }

  #take(act: Act): Row | undefined {
    this.#learn(act);
    if (!this.#enabled) return undefined;
    if (this.#toLose > 0) {
      this.#toLose -= 1;
      return undefined;
    }
    return { id: this.#idOf(act), nanosText: this.#time(act.timestamp), act };
  }

  #idOf(act: Act): string {
    if (act.id === undefined) return this.#nextId();
    const given = BigInt(act.id);
    if (given > this.#lastId) this.#lastId = given;
    return act.id;
  }

  #nextId(): string {
    const first = this.#lastId === 0n;
    this.#lastId += first ? 1n : BigInt(1 + this.#options.random.int(0, this.#options.maxIdGap));
    return String(this.#lastId);
  }

  /** What an act tells the user directory. */
  #learn(act: Act): void {
    const { directory } = this.#options;
    const target = act.target_id ?? '';
    this.#introduce(act.initiator_id, act.initiator_name, act.initiator_email);
    this.#introduce(target, act.target_name, act.target_email);
    if (act.activity_code === 'service.user.create') {
      directory.add({ id: target, name: goText(act.meta?.['name'] ?? ''), email: '', service: true });
    }
    if (act.activity_code === 'service.user.delete') directory.forgetServiceUser(target);
  }

  #introduce(id = '', name = '', email = ''): void {
    const { directory } = this.#options;
    if (id !== '' && name !== '' && !directory.find(id)) directory.add({ id, name, email, service: email === '' });
  }

  #time(given: string | undefined): string {
    const parsed = given === undefined ? undefined : parseTimestamp(given);
    if (given !== undefined && !parsed) throw new RangeError(`${given} is not an RFC 3339 time`);
    const nanosText = parsed?.nanosText ?? this.#now();
    return this.#options.dialect === 'sqlite' ? nanosText : `${nanosText.slice(0, 26)}000Z`;
  }

  /** The clock's millisecond with invented nanoseconds, after what was written in the same one. */
  #now(): string {
    const { clock, random } = this.#options;
    const floor = BigInt(clock().getTime()) * 1_000_000n;
    // A burst outruns the clock's milliseconds; a clock that was set back does not hold time still.
    const isBurst = floor <= this.#lastNanos && this.#lastNanos - floor < 1_000_000_000n;
    this.#lastNanos = isBurst
      ? this.#lastNanos + BigInt(random.int(1000, 9999))
      : floor + BigInt(random.int(0, 400_000));
    const seconds = new Date(Number(this.#lastNanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
    return `${seconds}.${String(this.#lastNanos % 1_000_000_000n).padStart(9, '0')}Z`;
  }

  #insert(row: Row): void {
    let at = this.#rows.length;
    while (at > 0 && (this.#rows[at - 1]?.nanosText ?? '') > row.nanosText) at -= 1;
    this.#rows.splice(at, 0, row);
  }

  #textOf(row: Row): string {
    if (row.raw !== undefined) return row.raw;
    const { version } = this.#options.directory;
    if (row.text === undefined || row.textVersion !== version) {
      row.text = render(row, this.#options.directory);
      row.textVersion = version;
    }
    return row.text;
  }
}

/** One row as it is answered: names, and what the server adds on reading, are today's. */
function render(row: Row, directory: UserDirectory): string {
  const { act } = row;
  const [initiator, target] = [directory.find(act.initiator_id ?? ''), directory.find(act.target_id ?? '')];
  const written = Object.entries(act.meta ?? {}).map(([key, value]) => [key, goText(value)]);
  const added = target ? { username: target.name, email: target.email } : {};
  return goJson({
    activity: act.activity ?? activityMessage(act.activity_code) ?? 'UNKNOWN_ACTIVITY',
    activity_code: act.activity_code,
    id: row.id,
    initiator_email: initiator?.email ?? '',
    initiator_id: act.initiator_id ?? '',
    initiator_name: initiator?.name ?? '',
    meta: { ...Object.fromEntries(written), ...added },
    target_id: act.target_id ?? '',
    timestamp: trimZeros(row.nanosText),
  });
}

function trimZeros(nanosText: string): string {
  return nanosText.replace(/\.?0+Z$/, 'Z');
}
