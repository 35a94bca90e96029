import * as fc from 'fast-check';
import { parseAddress } from '../../../lib/sigma/event/address.ts';
import { plainV4 } from '../../../lib/sigma/match/plain-v4.ts';

describe('plain IPv4 addresses', () => {
  it('are read as all addresses are, and nothing else is', async () => {
    const part = fc.oneof(
      fc.integer({ min: 0, max: 300 }).map(String),
      fc.constantFrom('', '01', '00', '1e1', '-1', ' 1', '１'),
    );
    const text = fc.oneof(
      fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
      fc.string({ unit: fc.constantFrom('0', '1', '9', '.', ':'), maxLength: 16 }),
    );
    await fc.assert(
      fc.property(text, (candidate) => {
        const address = candidate.includes(':') ? undefined : parseAddress(candidate);
        expect(plainV4(candidate)).toBe(address ? address.words[0] : -1);
      }),
      { numRuns: 5000 },
    );
  });
});
