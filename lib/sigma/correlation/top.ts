import type { Source } from '../../model/event.ts';

/** What tells most of where a volume comes from and goes to, the most telling first; and the groups in which it says nothing. */
const CANDIDATES: Readonly<Record<Source, readonly { readonly field: string; readonly told: RegExp }[]>> = {
  traffic: [
    { field: 'source.name', told: /^(source\.|src_ip$|reporter_id$)/ },
    { field: 'destination.name', told: /^(destination\.|dst_ip$)/ },
    { field: 'dst_port', told: /^dst_port$/ },
    { field: 'user.email', told: /^user\./ },
  ],
  audit: [
    { field: 'initiator_email', told: /^initiator_/ },
    { field: 'activity_code', told: /^activity/ },
    { field: 'target_id', told: /^target_id$/ },
  ],
};
const MOST = 3;

/** The fields whose largest values an alert names where the rule does not say: up to three that are not the group itself. */
export function defaultTop(source: Source, groupBy: readonly string[]): readonly string[] {
  const telling = CANDIDATES[source].filter(({ told }) => !groupBy.some((field) => told.test(field)));
  return telling.slice(0, MOST).map(({ field }) => field);
}
