import { SEVERITIES, severitiesFrom } from '../../lib/model/severity.ts';

it('counts upwards from a severity', () => {
  expect(severitiesFrom('high')).toEqual(['high', 'critical']);
  expect(severitiesFrom('informational')).toEqual([...SEVERITIES]);
  expect(severitiesFrom('critical')).toEqual(['critical']);
});
