import type { Notice } from '../model/delivery.ts';

/** Hands a notice to whoever distributes it to subscribers. */
export interface Publisher {
  /** Resolves when it has been taken over. Throws NotifyError. */
  publish(notice: Notice): Promise<void>;
}
