import { alertIdsOf } from '../../functions/notify/alert-ids.ts';

describe('the alerts that a batch of stream records names', () => {
  const record = (pk: string) => ({ dynamodb: { Keys: { pk: { S: pk } } } });

  it('are the tenant’s, each once, in order', () => {
    const Records = [record('acme#b'), record('acme#a'), record('other#c'), record('acme#b'), {}];
    expect(alertIdsOf({ Records }, 'acme')).toEqual(['b', 'a']);
  });
});
