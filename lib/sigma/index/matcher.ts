import type { DetectionInfo, LogSource } from '../../model/rule.ts';
import type { Matcher } from '../types.ts';
import type { IndexedRule, RuleBase } from './base.ts';
import { Program } from './program.ts';

const MAX_RECENT = 4;

/** Routes events to the rules of their log source; a program per source is built when the first event of it comes. */
export function createMatcher(base: RuleBase, routing: 'logsource' | 'none'): Matcher {
  const programs = new Map<string, Program>();
  /** Sources come as the same few objects: what an object stood for need not be found out again. */
  const recent: { readonly source: LogSource; readonly program: Program }[] = [];
  const programFor = (source: LogSource): Program => {
    const key = routing === 'none' ? '' : JSON.stringify([source.product, source.category, source.service]);
    const known = programs.get(key);
    const program = known ?? new Program({ ...base, rules: rulesFor(base, routing, source) });
    programs.set(key, program);
    recent.unshift({ source, program });
    recent.length = Math.min(recent.length, MAX_RECENT);
    return program;
  };
  return {
    match(event: object, logsource: LogSource): readonly DetectionInfo[] {
      for (let index = 0; index < recent.length; index++) {
        const each = recent[index];
        if (each?.source === logsource) return each.program.match(event);
      }
      return programFor(logsource).match(event);
    },
  };
}

function rulesFor(base: RuleBase, routing: 'logsource' | 'none', source: LogSource): readonly IndexedRule[] {
  return routing === 'none' ? base.rules : base.rules.filter(({ info }) => routes(info.logsource, source));
}

/** What the rule names, the event's source must name alike. */
export function routes(rule: LogSource, event: LogSource): boolean {
  return (
    (rule.product === undefined || rule.product === event.product) &&
    (rule.category === undefined || rule.category === event.category) &&
    (rule.service === undefined || rule.service === event.service)
  );
}
