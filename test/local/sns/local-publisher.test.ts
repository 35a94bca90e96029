import { createLocalPublisher, type Delivery } from '../../../lib/local/sns/local-publisher.ts';
import type { Subscriber } from '../../../lib/model/config.ts';
import type { Notice } from '../../../lib/model/delivery.ts';

const SUBSCRIBERS: Subscriber[] = [
  { protocol: 'email', endpoint: 'security@example.com', severities: ['medium', 'high', 'critical'] },
  { protocol: 'sms', endpoint: '+15555550100', severities: ['high', 'critical'] },
  { protocol: 'https', endpoint: 'https://hook.example.com', severities: ['low', 'medium'] },
];

function notice(severity: Notice['attributes']['severity']): Notice {
  return {
    subject: 'Route deleted',
    email: 'Anna deleted a route.\n',
    sms: 'HIGH: Anna deleted a route',
    json: JSON.stringify({ id: 'a1', count: 3, title: 'Anna deleted a route', dedupKey: 'u-anna' }),
    attributes: { severity, rule: 'route_deleted', tenant: 'default', source: 'audit', status: 'open' },
  };
}

async function deliveries(given: Notice): Promise<Delivery[]> {
  const got: Delivery[] = [];
  const publisher = createLocalPublisher(SUBSCRIBERS, async (delivery) => void got.push(delivery));
  await publisher.publish(given);
  return got;
}

describe('the local publisher', () => {
  it('hands each subscriber the text of its protocol', async () => {
    const alert = {
      id: 'a1',
      rule: 'route_deleted',
      severity: 'high',
      status: 'open',
      count: 3,
      title: 'Anna deleted a route',
      dedupKey: 'u-anna',
    };
    expect(await deliveries(notice('high'))).toEqual([
      { ...subscriber('email'), subject: 'Route deleted', message: 'Anna deleted a route.\n', alert },
      { ...subscriber('sms'), subject: 'Route deleted', message: 'HIGH: Anna deleted a route', alert },
    ]);
  });

  it.each([
    ['informational', []],
    ['low', ['https']],
    ['medium', ['email', 'https']],
    ['critical', ['email', 'sms']],
  ] as const)('keeps to the filter policies for %s', async (severity, protocols) => {
    expect((await deliveries(notice(severity))).map(({ protocol }) => protocol)).toEqual(protocols);
  });

  it('fails when a delivery fails, so that the alert is not marked as sent', async () => {
    const publisher = createLocalPublisher(SUBSCRIBERS, () => Promise.reject(new Error('disk full')));
    await expect(publisher.publish(notice('high'))).rejects.toThrow('disk full');
  });
});

function subscriber(protocol: string): Pick<Subscriber, 'protocol' | 'endpoint'> {
  const found = SUBSCRIBERS.find((one) => one.protocol === protocol);
  if (!found) throw new Error(`no ${protocol} subscriber`);
  return { protocol: found.protocol, endpoint: found.endpoint };
}
