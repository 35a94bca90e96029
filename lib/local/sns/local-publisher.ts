import type { Subscriber } from '../../model/config.ts';
import { filterPolicyOf } from '../../model/config.ts';
import type { Notice, Protocol } from '../../model/delivery.ts';
import type { Publisher } from '../../notify/publisher.ts';
import { matchesFilterPolicy } from '../../notify/sns/filter-policy.ts';

/** What one subscriber would have got. */
export interface Delivery {
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly subject: string;
  /** As this protocol gets it: text of the mail, of the SMS, or JSON. */
  readonly message: string;
  readonly alert: DeliveredAlert;
}

/** What the notice says about its alert, for machines. */
export interface DeliveredAlert {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly status: string;
  readonly count: number;
  readonly title: string;
  readonly dedupKey: string;
}

/**
 * Stands in for the SNS topic: evaluates each subscriber's filter policy and hands over what it would get. `deliver`
 * settles when the delivery is safe; only then is the alert marked as sent.
 */
export function createLocalPublisher(
  subscribers: readonly Subscriber[],
  deliver: (delivery: Delivery) => Promise<void>,
): Publisher {
  return {
    async publish(notice) {
      const alert = alertIn(notice);
      for (const subscriber of subscribers) {
        if (!matchesFilterPolicy({ ...filterPolicyOf(subscriber) }, notice.attributes)) continue;
        const { protocol, endpoint } = subscriber;
        await deliver({ protocol, endpoint, subject: notice.subject, message: messageFor(protocol, notice), alert });
      }
    },
  };
}

function messageFor(protocol: Protocol, notice: Notice): string {
  if (protocol === 'email') return notice.email;
  return protocol === 'sms' ? notice.sms : notice.json;
}

/** The short notice, sent where the whole one was refused, says little: what it leaves out is empty here. */
function alertIn({ json, attributes }: Notice): DeliveredAlert {
  const { id, count, title, dedupKey } = JSON.parse(json) as Partial<DeliveredAlert>;
  const { rule, severity, status } = attributes;
  return { id: id ?? '', rule, severity, status, count: count ?? 0, title: title ?? '', dedupKey: dedupKey ?? '' };
}
