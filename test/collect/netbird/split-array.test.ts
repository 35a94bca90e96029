import fc from 'fast-check';
import { ArraySplitter, type RawElement, SplitError, splitArray } from '../../../lib/collect/netbird/split-array.ts';

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes.length === 0 ? bytes.length : (sizes[turn % sizes.length] ?? 1);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function split(text: string, sizes: readonly number[] = []): Promise<{ found: RawElement[]; fault?: string }> {
  const found: RawElement[] = [];
  try {
    for await (const elements of splitArray(chunksOf(Buffer.from(text), sizes))) found.push(...elements);
  } catch (error) {
    if (!(error instanceof SplitError)) throw error;
    return { found, fault: error.fault };
  }
  return { found };
}

const chunking = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 8 });

describe('splitArray', () => {
  it('finds, in any chunking, what JSON.parse finds in the whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ noUnicodeString: false })),
        chunking,
        fc.constantFrom(0, 2),
        async (array, sizes, indent) => {
          const { found, fault } = await split(`${JSON.stringify(array, null, indent)}\n`, sizes);
          expect(fault).toBeUndefined();
          expect(found.map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(array)));
        },
      ),
    );
  });

  it('keeps characters and escapes whole that lie across chunks of one byte', async () => {
    const array = [{ name: 'Jürgen 日本 🚀 "quoted" \\ ]},[{ \u2028' }, 'x\\'];
    const { found } = await split(JSON.stringify(array), [1]);
    expect(found.map((text) => JSON.parse(text))).toEqual(array);
  });

  it('hands on what is balanced and no JSON, and goes on after it', async () => {
    const { found, fault } = await split('[{"a":1},{garbage: [1,2]},nonsense},"z",]');
    expect(found).toEqual(['{"a":1}', '{garbage: [1,2]}', 'nonsense}', '"z"', '']);
    expect(fault).toBeUndefined();
  });

  it('tells a cut body at every length from a whole one, and hands on what was whole', async () => {
    const whole = '[{"id":"3"},{"id":"2"},{"id":"1"}]';
    for (let length = 0; length < whole.length; length += 1) {
      const { found, fault } = await split(whole.slice(0, length), [3]);
      expect(fault).toBe('cut');
      expect(found).toEqual(['{"id":"3"}', '{"id":"2"}', '{"id":"1"}'].slice(0, found.length));
    }
  });

  it.each([
    ['<html><body>Bad gateway</body></html>', 'not_array', 0],
    ['{"message":"hello"}', 'not_array', 0],
    ['\u00ef[]', 'not_array', 0],
    ['[1,2] and more', 'trailing', 2],
    ['[1][2]', 'trailing', 1],
  ])('tells %s as %s', async (text, fault, count) => {
    const result = await split(text);
    expect(result.fault).toBe(fault);
    expect(result.found).toHaveLength(count);
  });

  it.each([['[]'], [' [ ] \n'], ['\ufeff[]']])('finds nothing in %j', async (text) => {
    expect(await split(text, [1])).toEqual({ found: [] });
  });

  it('does not keep the giver’s memory', () => {
    const splitter = new ArraySplitter();
    const memory = Buffer.from('["ab');
    splitter.push(memory);
    memory.fill(0x58);
    expect(splitter.push(Buffer.from('c"]'))).toEqual(['"abc"']);
  });
});
