import { toAscii } from './ascii.ts';
import { type Facts, headline } from './facts.ts';

/** SNS takes subjects of "less than 100 characters" by its reference, 100 by trial. */
const MOST = 99;

/** `[HIGH] Route deleted by backup-agent (14 events)`: printable ASCII, one line, a cut marked with `...`. */
export function subjectOf(facts: Facts): string {
  const begin = `[${facts.severity}] `;
  const end = facts.count === undefined || facts.count === '1 event' ? '' : ` (${facts.count})`;
  const room = MOST - begin.length - end.length;
  const title = toAscii(headline(facts));
  return begin + (title.length <= room ? title : `${title.slice(0, room - 3).trimEnd()}...`) + end;
}
