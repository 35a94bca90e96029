import type { Act } from './audit-log.ts';
import type { Company } from './company.ts';

/** Something that can happen in a company, and how it changes it. Its acts have no time yet. */
export type Happening = (company: Company) => Act[];

/** Chosen by weight: what fills an ordinary log. */
export interface Common {
  readonly weight: number;
  /** Also at night and at weekends. */
  readonly always?: true;
  readonly happens: Happening;
}
