import type { DetectionInfo, LogSource } from '../../model/rule.ts';
import type { CompiledRule } from '../assemble.ts';
import type { Expr } from '../ast.ts';
import { type EventTest, eventTest } from '../compile/event-test.ts';
import type { Matcher } from '../types.ts';

/** First version: every rule is asked. */
export function createMatcher(rules: readonly CompiledRule[], routing: 'logsource' | 'none'): Matcher {
  const tests = rules.map(({ info, expr }) => ({ info, test: closure(expr) }));
  return {
    match(event: object, logsource: LogSource): DetectionInfo[] {
      return tests
        .filter(({ info, test }) => (routing === 'none' || routes(info.logsource, logsource)) && test(event))
        .map(({ info }) => info);
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

function closure(expr: Expr): EventTest {
  if ('and' in expr) {
    const parts = expr.and.map(closure);
    return (event) => parts.every((part) => part(event));
  }
  if ('or' in expr) {
    const parts = expr.or.map(closure);
    return (event) => parts.some((part) => part(event));
  }
  if ('not' in expr) {
    const part = closure(expr.not);
    return (event) => !part(event);
  }
  if ('least' in expr) {
    const parts = expr.of.map(closure);
    return (event) => parts.filter((part) => part(event)).length >= expr.least;
  }
  return eventTest(expr);
}
