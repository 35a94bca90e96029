import type { DetectionInfo, LogSource, Rule, RuleTest } from '../model/rule.ts';

/** One rule file: its path relative to the rules' folder, and its text. */
export interface RuleFile {
  readonly file: string;
  readonly text: string;
}

/** What is wrong with a rule, where (1-based), and what to do about it. */
export interface RuleProblem {
  readonly level: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** List name → entries, for the placeholders of `expand`. */
export type Lists = ReadonlyMap<string, readonly string[]>;

/** Tells which detection rules an event matches. */
export interface Matcher {
  /** The rules that match, each once, in the set's order. Missing keys of `logsource` match no rule that names them. */
  match(event: object, logsource: LogSource): readonly DetectionInfo[];
}

/** A list that rules refer to. */
export interface ListUse {
  readonly name: string;
  /** Keys of the rules that use it. */
  readonly rules: readonly string[];
  /** Entries it has; undefined where it is not defined. */
  readonly entries?: number;
}

/** All rules that could be loaded, ready to match. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Rule key → its `x-tests`. Empty in a set that was revived from its prebuilt form. */
  readonly tests: ReadonlyMap<string, readonly RuleTest[]>;
  readonly matcher: Matcher;
  /** The lists that `expand` placeholders name, by name. */
  readonly lists: readonly ListUse[];
}

export interface LoadOptions {
  readonly lists?: Lists;
  /** `none`: every rule meets every event. Default `logsource`. */
  readonly routing?: 'logsource' | 'none';
  /** `empty`: a list that is not defined matches nothing. Default `error`. */
  readonly unresolvedLists?: 'error' | 'empty';
  /** `all`: deprecated and unsupported rules are loaded as well. Default `active`. */
  readonly statuses?: 'active' | 'all';
  /** `allow`: rules of one id, name or title stand side by side; references mean the first. Default `error`. */
  readonly duplicates?: 'error' | 'allow';
}

/** The rules that are right, and everything that is wrong, of all files at once. */
export interface LoadResult {
  readonly ruleSet: RuleSet;
  readonly problems: readonly RuleProblem[];
}
