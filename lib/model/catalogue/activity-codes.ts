import catalogue from './activity-codes.json' with { type: 'json' };

const MESSAGES: Readonly<Record<string, string>> = catalogue.codes;
const RETIRED: Readonly<Record<string, string>> = catalogue.retired;
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(MESSAGES), ...catalogue.closedSource]);

/** Every activity code that NetBird is known to write, sorted. The list is open: servers know codes that it lacks. */
export const ACTIVITY_CODES: readonly string[] = [...KNOWN].sort();

/** True for a code of the open-source server or of its closed-source modules; false for retired spellings. */
export function isKnownActivityCode(code: string): boolean {
  return KNOWN.has(code);
}

/** What a retired spelling (`user.peer.add`) is called since v0.39.0 (`peer.user.add`). */
export function renamedActivityCode(code: string): string | undefined {
  return Object.hasOwn(RETIRED, code) ? RETIRED[code] : undefined;
}

/** The server's own English message of a code: `route.delete` → `Route deleted`. */
export function activityMessage(code: string): string | undefined {
  return Object.hasOwn(MESSAGES, code) ? MESSAGES[code] : undefined;
}
