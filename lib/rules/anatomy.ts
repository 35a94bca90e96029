import { assemble, type CompiledRule } from '../sigma/assemble.ts';
import type { Item, Logic, Predicate } from '../sigma/ast.ts';
import { buildBase } from '../sigma/build.ts';
import { itemsOf } from '../sigma/compile/logic.ts';
import { type DetectionDocument, parseFile } from '../sigma/parse/document.ts';
import type { Lists, RuleFile } from '../sigma/types.ts';

/** What a detection rule is made of. */
export interface Anatomy {
  readonly key: string;
  /** Fields that it looks at, sorted; `any field` for keywords. */
  readonly fields: readonly string[];
  /** Lists that it names. */
  readonly lists: readonly string[];
  /** Its conditions on `activity_code` that are not negated. */
  readonly codes: readonly Item[];
  /** What announces it: only events of which one of these holds meet it. Undefined: every event of its source does. */
  readonly witnesses: readonly string[] | undefined;
}

/** The detection rules of these files that have no errors, by key. */
export function anatomyOf(files: readonly RuleFile[], lists: Lists): Map<string, Anatomy> {
  const documents = files.flatMap((file) => parseFile(file, []));
  const { detections, lists: uses } = assemble(documents, { lists, unresolvedLists: 'empty', statuses: 'all' });
  const { rules, predicates } = buildBase(detections);
  const logics = new Map(
    documents
      .filter((document): document is DetectionDocument => document.kind === 'detection')
      .map((document) => [document.metadata.info.key, document.logic]),
  );
  return new Map(
    rules.map(({ order, witnesses }) => {
      const { key } = (detections[order] as CompiledRule).info;
      const logic = logics.get(key) ?? { or: [] };
      return [
        key,
        {
          key,
          fields: [...new Set(itemsOf(logic).map(({ field }) => field || 'any field'))].sort(),
          lists: uses.filter((use) => use.rules.includes(key)).map(({ name }) => name),
          codes: codesOf(logic, false),
          witnesses: witnesses && [...new Set(witnesses.map((number) => wordsOf(predicates[number])))],
        },
      ];
    }),
  );
}

function codesOf(logic: Logic<Item>, negated: boolean): Item[] {
  if ('and' in logic) return logic.and.flatMap((part) => codesOf(part, negated));
  if ('or' in logic) return logic.or.flatMap((part) => codesOf(part, negated));
  if ('not' in logic) return codesOf(logic.not, !negated);
  if ('least' in logic) return logic.of.flatMap((part) => codesOf(part, negated));
  return logic.field === 'activity_code' && !negated ? [logic] : [];
}

function wordsOf(predicate: Predicate | undefined): string {
  if (!predicate) return '';
  const field = predicate.field === '' ? 'any field' : predicate.field;
  switch (predicate.op) {
    case 'text':
      return `${field} = ${predicate.tokens.map((token) => (token === 0 ? '*' : token === 1 ? '?' : token)).join('')}`;
    case 'regex':
      return `${field} ~ /${predicate.pattern}/${predicate.flags}`;
    case 'cidr':
      return `${field} in ${predicate.range}`;
    case 'number':
      return `${field} ${predicate.compare} ${predicate.value}`;
    default:
      return `${field} ${predicate.op}`;
  }
}
