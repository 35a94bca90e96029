import type { StateStore } from './ports.ts';

/** The right to be the only one at something, for a time. */
export interface Lease {
  /** Asks for more time from `now` (epoch ms) on; false: another has it now. Writes nothing while half is left. */
  extend(now: number): Promise<boolean>;
  /** Gives it back; nothing happens where another has it already. */
  release(): Promise<void>;
}

interface LeaseBody {
  readonly owner: string;
  /** Epoch ms; 0: given back. */
  readonly until: number;
}

export interface LeaseWish {
  /** State key, `lease#<tenant>#audit`. */
  readonly key: string;
  /** Takes its own lease again; so who owns a name must be one at a time. */
  readonly owner: string;
  /** Epoch ms. */
  readonly now: number;
  /** How long it holds; longer than anything that is done under it. */
  readonly millis: number;
}

/** Takes the lease, or undefined when another has it. */
export async function takeLease(state: StateStore, wish: LeaseWish): Promise<Lease | undefined> {
  const { key, owner, millis } = wish;
  const held = (await state.getMany([key])).get(key);
  const body = held?.body as LeaseBody | undefined;
  if (body && body.until > wish.now && body.owner !== owner) return undefined;

  let version = held?.version ?? 0;
  let until = 0;
  const write = async (next: number): Promise<boolean> => {
    const item = { key, version: version + 1, body: { owner, until: next } satisfies LeaseBody };
    if ((await state.put(item)) === 'conflict') return false;
    version += 1;
    until = next;
    return true;
  };
  if (!(await write(wish.now + millis))) return undefined;
  return {
    extend: async (now) => until - now > millis / 2 || write(now + millis),
    release: async () => {
      await write(0);
    },
  };
}
