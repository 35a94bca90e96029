import type { Alert } from '../../model/alert.ts';
import type { VolumeEvidence } from '../../model/evidence.ts';
import { type Facts, mentions, type NoticeSettings, otherTargets } from './facts.ts';
import { cutGsm7, gsm7Length, toGsm7 } from './gsm7.ts';
import { volumeInShort } from './volume.ts';
import { shortTime } from './when.ts';

/**
 * One part of a text message has 160 places; SNS puts the topic's display name before it, at most 10 characters and
 * `> `.
 */
const SMS_PLACES = 160 - 12;

/** How many places names get, richest first. The title stays whole until the last, where it gets what is left. */
const LAYOUTS = [
  { places: 40, tellsMore: true },
  { places: 24, tellsMore: true },
  { places: 24, tellsMore: false },
  { places: 20, tellsMore: false },
] as const;

/** One text message, complete in itself: how bad, what, who, whose, how many, when. */
export function smsOf(alert: Alert, facts: Facts, settings: NoticeSettings): string {
  return alert.evidence ? volumeSms(alert, alert.evidence, facts, settings) : eventSms(alert, facts, settings);
}

/** How bad, what and whose, what is usual, where most of it went, when; what does not fit is left out from the end. */
function volumeSms(alert: Alert, evidence: VolumeEvidence, facts: Facts, settings: NoticeSettings): string {
  const end = `. ${shortTime(alert.firstEventAt, settings.timeZone)}.`;
  const [actor] = facts.actors;
  const who = actor === undefined || mentions(facts.title, actor) ? '' : ` by ${cutGsm7(toGsm7(actor), 24)}`;
  const room = SMS_PLACES - gsm7Length(end);
  let text = cutGsm7(`${facts.severity}: ${toGsm7(facts.title)}`, room - gsm7Length(who)) + who;
  for (const [index, part] of volumeInShort(evidence, facts.title).entries()) {
    const more = `${text}${index === 0 ? '. ' : ', '}${toGsm7(index === 0 ? capital(part) : part)}`;
    if (gsm7Length(more) > room) break;
    text = more;
  }
  return text + end;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function eventSms(alert: Alert, facts: Facts, settings: NoticeSettings): string {
  const begin = `${facts.severity}: `;
  const title = toGsm7(facts.title);
  const count = facts.count === undefined ? '' : `${facts.count}, `;
  const end = `. ${count}${shortTime(alert.firstEventAt, settings.timeZone)}.`;
  const more = facts.more > 0 ? ` +${facts.more} since last notice.` : '';
  for (const { places, tellsMore } of LAYOUTS) {
    const text = begin + title + names(facts, facts.title, places) + end + (tellsMore ? more : '');
    if (gsm7Length(text) <= SMS_PLACES) return text;
  }
  // A title that is cut may have lost the names in it.
  const rest = names(facts, '', 20) + end;
  const room = SMS_PLACES - gsm7Length(begin) - gsm7Length(rest);
  return cutGsm7(begin + cutGsm7(title, room) + rest, SMS_PLACES);
}

/** Who and whose, as far as `title` does not say it. */
function names(facts: Facts, title: string, places: number): string {
  const [actor, ...others] = facts.actors;
  const [target] = facts.targets;
  const rest = others.length > 0 ? ` and ${others.length} more` : '';
  const who = actor === undefined || mentions(title, actor) ? '' : ` by ${cutGsm7(toGsm7(actor), places)}${rest}`;
  if (target === undefined) return who;
  // Right behind the title that names the first, "and 12 more" means targets; behind the actor it would mean people.
  return mentions(title, target)
    ? otherTargets(facts) + who
    : `${who}: ${cutGsm7(toGsm7(target), places)}${otherTargets(facts)}`;
}
