import Ajv from 'ajv';
import { LogicEngine } from 'json-logic-engine';
import { Engine } from 'json-rules-engine';
import * as mingo from 'mingo';
import type { Expr, Predicate } from '../../lib/sigma/ast.ts';
import { eventTest } from '../../lib/sigma/compile/event-test.ts';
import { shapeOf } from '../../lib/sigma/compile/glob.ts';

type Event = Record<string, unknown>;

/** How many of its rules an event matches. */
export type CountMatches = (event: Event) => number | Promise<number>;

/** An engine, given compiled rules: what Sigma makes of case is left out, events come in lower case. */
export type Peer = (rules: readonly Expr[]) => CountMatches;

export const PEERS: Readonly<Record<string, Peer>> = {
  'plain closures': closures,
  'json-logic-engine': jsonLogic,
  ajv: ajv,
  mingo: mingoQueries,
  'json-rules-engine': jsonRules,
};

/** An expression in another language: how it writes and, or, not, and a predicate. */
interface Dialect<T> {
  readonly all: (parts: T[]) => T;
  readonly any: (parts: T[]) => T;
  readonly none: (part: T) => T;
  readonly predicate: (predicate: Predicate) => T;
}

function translate<T>(expr: Expr, dialect: Dialect<T>): T {
  if ('and' in expr) return dialect.all(expr.and.map((part) => translate(part, dialect)));
  if ('or' in expr) return dialect.any(expr.or.map((part) => translate(part, dialect)));
  if ('not' in expr) return dialect.none(translate(expr.not, dialect));
  if ('least' in expr) throw new RangeError('benchmark rules do not count');
  return dialect.predicate(expr);
}

function countTrue(tests: readonly ((event: Event) => unknown)[]): CountMatches {
  return (event) => {
    let count = 0;
    for (const test of tests) if (test(event)) count++;
    return count;
  };
}

function closures(rules: readonly Expr[]): CountMatches {
  type Test = (event: Event) => boolean;
  const dialect: Dialect<Test> = {
    all: (parts) => (event) => parts.every((part) => part(event)),
    any: (parts) => (event) => parts.some((part) => part(event)),
    none: (part) => (event) => !part(event),
    predicate: plainTest,
  };
  return countTrue(rules.map((rule) => translate(rule, dialect)));
}

/** A predicate as somebody would write it by hand. */
function plainTest(predicate: Predicate): (event: Event) => boolean {
  const path = predicate.field.split('.');
  const read = (event: Event): unknown => path.reduce<unknown>((at, key) => (at as Event | undefined)?.[key], event);
  if (predicate.op === 'number') return (event) => Number(read(event)) > predicate.value;
  if (predicate.op !== 'text') return eventTest(predicate);
  const shape = shapeOf(predicate.tokens);
  if (shape.form === 'any' || shape.form === 'glob') return eventTest(predicate);
  const { form, literal } = shape;
  if (form === 'equals') return (event) => String(read(event)) === literal;
  if (form === 'contains') return (event) => String(read(event)).includes(literal);
  return form === 'startswith'
    ? (event) => String(read(event)).startsWith(literal)
    : (event) => String(read(event)).endsWith(literal);
}

function jsonLogic(rules: readonly Expr[]): CountMatches {
  const engine = new LogicEngine();
  const dialect: Dialect<unknown> = {
    all: (parts) => ({ and: parts }),
    any: (parts) => ({ or: parts }),
    none: (part) => ({ '!': [part] }),
    predicate: (predicate) => {
      const value = { var: predicate.field };
      const shape = predicate.op === 'text' ? shapeOf(predicate.tokens) : undefined;
      if (shape?.form === 'equals') return { '==': [value, shape.literal] };
      if (shape?.form === 'contains') return { in: [shape.literal, value] };
      if (predicate.op === 'number') return { [predicate.compare === 'gt' ? '>' : '>=']: [value, predicate.value] };
      const name = `holds${names++}`;
      const test = eventTest(predicate);
      engine.addMethod(name, ([event]: [Event]) => test(event), { deterministic: true });
      return { [name]: [{ var: '' }] };
    },
  };
  let names = 0;
  const logics = rules.map((rule) => translate(rule, dialect));
  return countTrue(logics.map((logic) => engine.build(logic as object) as (event: Event) => unknown));
}

function nested(path: readonly string[], schema: object): object {
  return path.reduceRight<object>(
    (inner, key) => ({ type: 'object', properties: { [key]: inner }, required: [key] }),
    schema,
  );
}

function ajv(rules: readonly Expr[]): CountMatches {
  const validator = new Ajv({ strict: false, validateSchema: false });
  const tests: ((event: object) => boolean)[] = [];
  validator.addKeyword({
    keyword: 'holds',
    compile: (index: number) => (event: object) => tests[index]?.(event) ?? false,
  });
  const dialect: Dialect<object> = {
    all: (parts) => ({ allOf: parts }),
    any: (parts) => ({ anyOf: parts }),
    none: (part) => ({ not: part }),
    predicate: (predicate) => {
      const path = predicate.field.split('.');
      const shape = predicate.op === 'text' ? shapeOf(predicate.tokens) : undefined;
      if (shape?.form === 'equals') return nested(path, { const: shape.literal });
      if (shape && 'literal' in shape)
        return nested(path, { type: 'string', pattern: anchored(shape.form, shape.literal) });
      if (predicate.op === 'number') return nested(path, { exclusiveMinimum: predicate.value });
      return { holds: tests.push(eventTest(predicate)) - 1 };
    },
  };
  return countTrue(rules.map((rule) => validator.compile(translate(rule, dialect))));
}

function anchored(form: string, literal: string): string {
  const quoted = literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return `${form === 'startswith' ? '^' : ''}${quoted}${form === 'endswith' ? '$' : ''}`;
}

function mingoQueries(rules: readonly Expr[]): CountMatches {
  const dialect: Dialect<Record<string, unknown>> = {
    all: (parts) => ({ $and: parts }),
    any: (parts) => ({ $or: parts }),
    none: (part) => ({ $nor: [part] }),
    predicate: (predicate) => {
      const shape = predicate.op === 'text' ? shapeOf(predicate.tokens) : undefined;
      if (shape?.form === 'equals') return { [predicate.field]: shape.literal };
      if (shape && 'literal' in shape)
        return { [predicate.field]: { $regex: new RegExp(anchored(shape.form, shape.literal)) } };
      if (predicate.op === 'number') return { [predicate.field]: { $gt: predicate.value } };
      if (predicate.op === 'regex') return { [predicate.field]: { $regex: new RegExp(predicate.pattern) } };
      // Ranges and field references: prefixes and $expr would do; a constant is cheaper for it.
      return { [predicate.field]: { $exists: true } };
    },
  };
  const queries = rules.map((rule) => new mingo.Query(translate(rule, dialect)));
  return countTrue(queries.map((query) => (event: Event) => query.test(event)));
}

function jsonRules(rules: readonly Expr[]): CountMatches {
  const engine = new Engine([], { allowUndefinedFacts: true });
  const fields = new Set<string>();
  const read = (event: Event, field: string): unknown =>
    field.split('.').reduce<unknown>((at, key) => (at as Event | undefined)?.[key], event);
  engine.addOperator('holds', (event: Event, predicate: Predicate) => testOf(predicate)(event));
  const known = new Map<Predicate, (event: object) => boolean>();
  const testOf = (predicate: Predicate): ((event: object) => boolean) => {
    const test = known.get(predicate) ?? eventTest(predicate);
    known.set(predicate, test);
    return test;
  };
  const dialect: Dialect<object> = {
    all: (parts) => ({ all: parts }),
    any: (parts) => ({ any: parts }),
    none: (part) => ({ not: part }),
    predicate: (predicate) => {
      fields.add(predicate.field);
      const shape = predicate.op === 'text' ? shapeOf(predicate.tokens) : undefined;
      if (shape?.form === 'equals') return { fact: predicate.field, operator: 'equal', value: shape.literal };
      return { fact: 'event', operator: 'holds', value: predicate };
    },
  };
  for (const rule of rules) {
    const conditions = translate(rule, dialect);
    const whole =
      'all' in conditions || 'any' in conditions || 'not' in conditions ? conditions : { all: [conditions] };
    engine.addRule({ conditions: whole as never, event: { type: 'match' } });
  }
  return async (event) => {
    const facts = Object.fromEntries([...fields].map((field) => [field, read(event, field)]));
    return (await engine.run({ ...facts, event })).events.length;
  };
}
