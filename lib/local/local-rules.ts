import type { DeclaredLists } from '../rules/lists-file.ts';
import { listsAt } from '../rules/lists-file.ts';
import { type Lists, loadRuleSet, type RuleFile, type RuleSet } from '../sigma/index.ts';
import { effectiveLists } from '../store/lists.ts';
import type { StateStore } from '../store/ports.ts';

/** The rules of a run, which follow their lists as people edit them. */
export class LocalRules {
  readonly #files: readonly RuleFile[];
  readonly #declared: DeclaredLists;
  #ruleSet: RuleSet;
  #lists: string;

  /** `ruleSet` is what `files` come to over `lists`; the files have no errors. */
  constructor(
    files: readonly RuleFile[],
    declared: DeclaredLists,
    { ruleSet, lists }: { ruleSet: RuleSet; lists: Lists },
  ) {
    this.#files = files;
    this.#declared = declared;
    this.#ruleSet = ruleSet;
    this.#lists = textOf(lists);
  }

  /** The rules over the lists of now; the same object while nobody has changed a list. Throws StoreError. */
  async current(state: StateStore, tenant: string, now: Date): Promise<RuleSet> {
    const names = this.#ruleSet.lists.map(({ name }) => name);
    const lists = await effectiveLists(state, tenant, listsAt(this.#declared, now), now, names);
    if (textOf(lists) === this.#lists) return this.#ruleSet;
    this.#lists = textOf(lists);
    this.#ruleSet = loadRuleSet(this.#files, { lists, unresolvedLists: 'empty' }).ruleSet;
    return this.#ruleSet;
  }
}

function textOf(lists: Lists): string {
  return JSON.stringify([...lists]);
}
