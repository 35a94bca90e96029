import type { DetectionInfo, LogSource } from '../../model/rule.ts';
import type { Matcher } from '../types.ts';
import type { RuleBase } from './base.ts';
import { Program } from './program.ts';

/** Routes events to the rules of their log source; a program per source is built when the first event of it comes. */
export function createMatcher(base: RuleBase, routing: 'logsource' | 'none'): Matcher {
  const programs = new Map<string, Program>();
  let lastSource: LogSource | undefined;
  let last: Program | undefined;
  const programFor = (source: LogSource): Program => {
    const key = routing === 'none' ? '' : JSON.stringify([source.product, source.category, source.service]);
    const known = programs.get(key);
    if (known) return known;
    const rules = base.rules.filter(({ info }) => routing === 'none' || routes(info.logsource, source));
    const program = new Program(rules, base.predicates);
    programs.set(key, program);
    return program;
  };
  return {
    match(event: object, logsource: LogSource): readonly DetectionInfo[] {
      if (!last || logsource !== lastSource) {
        last = programFor(logsource);
        lastSource = logsource;
      }
      return last.match(event);
    },
  };
}

/** What the rule names, the event's source must name alike. */
export function routes(rule: LogSource, event: LogSource): boolean {
  return (
    (rule.product === undefined || rule.product === event.product) &&
    (rule.category === undefined || rule.category === event.category) &&
    (rule.service === undefined || rule.service === event.service)
  );
}
