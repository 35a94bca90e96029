import { isAuditEvent } from '../model/change.ts';
import type { SourceEvent } from '../model/event.ts';
import type { DetectionInfo, LogSource } from '../model/rule.ts';
import { trafficEventSchema, withDerivedFields } from '../model/traffic.ts';
import { withoutSpacesInNames } from '../sigma/event/names.ts';
import { routes } from '../sigma/match/matcher.ts';

/**
 * Whether a rule meets an event of whatever shape: where the event says its `logsource`, as Sigma routes; else rules
 * about NetBird meet what has the shape of that feed, and all other rules meet everything.
 */
export function meets(rule: DetectionInfo, event: object): boolean {
  const own = logsourceOf(event);
  if (own) return routes(rule.logsource, own);
  const { product, service } = rule.logsource;
  if (product !== 'netbird') return true;
  const shape = shapeOf(event);
  return shape !== undefined && (service === undefined || service === shape);
}

/**
 * An event with the fields that the pipeline would add, those derived from a traffic row; any other event with its
 * fields named as Sigma names them.
 */
export function asRulesSee(event: object): object {
  if (shapeOf(event) !== 'traffic') return withoutSpacesInNames(event);
  const row = trafficEventSchema.safeParse(event);
  return row.success ? withDerivedFields(row.data) : event;
}

function logsourceOf(event: object): LogSource | undefined {
  const { logsource } = event as { logsource?: unknown };
  if (typeof logsource !== 'object' || logsource === null) return undefined;
  const texts = ['product', 'category', 'service'].flatMap((key) => {
    const value = (logsource as Record<string, unknown>)[key];
    return typeof value === 'string' ? [[key, value.toLowerCase()] as const] : [];
  });
  return Object.fromEntries(texts);
}

/** The feed of NetBird that an object has the fields of. */
export function shapeOf(event: object): 'audit' | 'traffic' | undefined {
  if (isAuditEvent(event as SourceEvent)) return 'audit';
  return 'flow_id' in event || 'reporter_id' in event ? 'traffic' : undefined;
}
