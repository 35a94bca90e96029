import type { LaidOut, Layout } from './layout.ts';

/** That by which a rule is found: a witness, with its partner in a pair. */
export interface Announcement {
  readonly name: string;
  readonly predicate: number;
  readonly partner?: number;
}

/** In the place of one: the rule is asked of every event. */
const ALWAYS: Announcement = { name: 'always', predicate: -1 };

/** The rules that a predicate announces, alone or in a pair. */
export interface Announced {
  /** That of the predicate; a pair has one of its own, behind those of all predicates. */
  readonly number: number;
  readonly rules: LaidOut[];
}

/** The announcements of a rule. A rule with none never holds. */
export function announcementsOf({ witnesses, pair }: LaidOut): Announcement[] {
  if (!witnesses) return [ALWAYS];
  return witnesses.flatMap((predicate) =>
    pair
      ? pair.map((partner) => ({ name: `${predicate} ${partner}`, predicate, partner }))
      : [{ name: nameOf(predicate), predicate }],
  );
}

/** The announcement of a predicate alone. */
export function nameOf(predicate: number): string {
  return `${predicate}`;
}

export function isAlways(rule: LaidOut): boolean {
  return rule.witnesses === undefined;
}

/** What announces rules, by name, in the order of the tables. Each predicate of a table is there, rules or not. */
export function announcedBy({ rules, tables, entries }: Layout): Map<string, Announced> {
  const announced = new Map<string, Announced>();
  for (const { id } of tables.flatMap((table) => table.entries)) {
    announced.set(nameOf(id), { number: id, rules: [] });
  }
  let next = entries.length;
  for (const rule of rules.filter((each) => !isAlways(each))) {
    for (const { name } of announcementsOf(rule)) {
      const known = announced.get(name);
      if (known) known.rules.push(rule);
      else announced.set(name, { number: next++, rules: [rule] });
    }
  }
  return announced;
}
