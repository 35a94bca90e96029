import fc from 'fast-check';
import { configJsonSchema, configSchema, DEFAULT_SUBSCRIBERS, filterPolicyOf } from '../../lib/model/config.ts';
import { SEVERITIES } from '../../lib/model/severity.ts';

it('tells medium and up by e-mail and high and up by SMS where nothing is configured', () => {
  expect(DEFAULT_SUBSCRIBERS).toEqual([
    { protocol: 'email', endpoint: 'security@example.com', severities: ['medium', 'high', 'critical'] },
    { protocol: 'sms', endpoint: '+15555550100', severities: ['high', 'critical'] },
  ]);
});

it('makes the filter policy of a subscription from its severities', () => {
  expect(DEFAULT_SUBSCRIBERS.map(filterPolicyOf)).toEqual([
    { severity: ['medium', 'high', 'critical'] },
    { severity: ['high', 'critical'] },
  ]);
});

it('orders severities weakest first and names each once, however they are written', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...SEVERITIES), { minLength: 1 }), (severities) => {
      const subscribers = [{ protocol: 'email', endpoint: 'a@b.example', severities }];
      const [subscriber] = configSchema.parse({ subscribers }).subscribers;
      expect(subscriber?.severities).toEqual(SEVERITIES.filter((each) => severities.includes(each)));
    }),
  );
});

it('has a JSON Schema for editors that names every key and allows no other', () => {
  const schema = configJsonSchema();
  expect(schema['additionalProperties']).toBe(false);
  expect(Object.keys(schema['properties'] ?? {})).toContain('groupWait');
  expect(JSON.stringify(schema)).toContain('"const":"sms"');
  expect(schema).not.toHaveProperty('required');
});
