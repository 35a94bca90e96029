import type { Alert } from '../../model/alert.ts';
import type { Facts, NoticeSettings } from './facts.ts';
import { cutGsm7, gsm7Length, toGsm7 } from './gsm7.ts';
import { shortTime } from './when.ts';

/**
 * One part of a text message has 160 places; SNS puts the topic's display name before it, at most 10 characters and
 * `> `.
 */
const SMS_PLACES = 160 - 12;

/** How many places names get, richest first; the title gets what is left. */
const LAYOUTS = [
  { name: 40, tellsMore: true },
  { name: 24, tellsMore: true },
  { name: 24, tellsMore: false },
] as const;

/** One text message, complete in itself: how bad, what, who, whose, how many, when. */
export function smsOf(alert: Alert, facts: Facts, settings: NoticeSettings): string {
  const title = toGsm7(facts.title);
  const begin = `${facts.severity}: `;
  const count = facts.count === undefined ? '' : `${facts.count}, `;
  let text = '';
  for (const layout of LAYOUTS) {
    const more = layout.tellsMore && facts.more > 0 ? ` +${facts.more} since last notice.` : '';
    const end = `${who(facts, layout.name)}${what(facts, layout.name)}. ${count}${shortTime(alert.firstEventAt, settings.timeZone)}.${more}`;
    const room = SMS_PLACES - gsm7Length(begin) - gsm7Length(end);
    text = begin + cutGsm7(title, room) + end;
    if (gsm7Length(title) <= room) break;
  }
  return cutGsm7(text, SMS_PLACES);
}

function who({ actors: [actor, ...others], title }: Facts, places: number): string {
  if (actor === undefined || title.includes(actor)) return '';
  const rest = others.length > 0 ? ` and ${others.length} more` : '';
  return ` by ${cutGsm7(toGsm7(actor), places)}${rest}`;
}

function what({ targets: [target, ...others], title, isPartial }: Facts, places: number): string {
  if (target === undefined || (title.includes(target) && others.length === 0)) return '';
  const rest = others.length > 0 ? ` and ${others.length}${isPartial ? ' or' : ''} more` : '';
  return `: ${cutGsm7(toGsm7(target), places)}${rest}`;
}
