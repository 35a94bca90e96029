import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPipeline, type Pipeline, type PipelineParts } from '../../lib/pipeline.ts';
import { type DeclaredLists, listsAt } from '../../lib/rules/lists-file.ts';
import { type PrebuiltRules, readPrebuiltRules } from '../../lib/sigma/index.ts';
import { effectiveLists } from '../../lib/store/lists.ts';

/** How long (milliseconds) a change of a list may take to count. */
const LISTS_EVERY_MS = 60_000;

/** The pipeline over the bundled rules, with their lists as people have edited them. */
export class LivePipeline {
  readonly #parts: Omit<PipelineParts, 'ruleSet'> & { readonly tenant: string };
  readonly #rules: PrebuiltRules;
  readonly #declared: DeclaredLists;
  #pipeline: Pipeline | undefined;
  #lists = '';
  #askedAt = Number.NEGATIVE_INFINITY;

  /** `folder` holds `rules.json` and `lists.json`, as bin/build.ts writes them. */
  constructor(folder: string, parts: Omit<PipelineParts, 'ruleSet'> & { readonly tenant: string }) {
    this.#parts = parts;
    this.#rules = readPrebuiltRules(readFileSync(join(folder, 'rules.json'), 'utf8'));
    this.#declared = new Map(JSON.parse(readFileSync(join(folder, 'lists.json'), 'utf8')));
  }

  /** The pipeline of now. Throws StoreError where the lists cannot be read. */
  async current(): Promise<Pipeline> {
    const now = this.#parts.clock();
    const { listNames } = this.#rules;
    const isDue = listNames.length > 0 && now.getTime() - this.#askedAt >= LISTS_EVERY_MS;
    if (this.#pipeline && !isDue) return this.#pipeline;
    const { state, tenant } = this.#parts;
    const declared = listsAt(this.#declared, now);
    const lists = listNames.length > 0 ? await effectiveLists(state, tenant, declared, now, listNames) : declared;
    this.#askedAt = now.getTime();
    const text = JSON.stringify([...lists]);
    if (this.#pipeline && text === this.#lists) return this.#pipeline;
    this.#lists = text;
    this.#pipeline = createPipeline({ ...this.#parts, ruleSet: this.#rules.revive(lists) });
    return this.#pipeline;
  }
}
