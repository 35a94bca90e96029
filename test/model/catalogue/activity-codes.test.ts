import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ACTIVITY_CODES,
  activityMessage,
  isKnownActivityCode,
  renamedActivityCode,
} from '../../../lib/model/catalogue/activity-codes.ts';
import { metaKeysOf } from '../../../lib/model/catalogue/meta-keys.ts';

const recordings = join(import.meta.dirname, '../../fixtures/recordings');

interface Row {
  activity: string;
  activity_code: string;
  meta: Record<string, string>;
}

/** The rows of a recording's last full answer. */
function rowsOf(file: string): Row[] {
  const bodies = readFileSync(join(recordings, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).body as string)
    .filter((body) => body.startsWith('['));
  return bodies.flatMap((body) => JSON.parse(body) as Row[]);
}

describe('the catalogue of activity codes', () => {
  it('knows the 143 codes of the open-source server and those of the closed-source modules', () => {
    expect(ACTIVITY_CODES.length).toBe(143 + 18);
    expect(isKnownActivityCode('route.delete')).toBe(true);
    expect(isKnownActivityCode('reseller.msp.created')).toBe(true);
    expect(isKnownActivityCode('personalaccesstoken.create')).toBe(false);
    expect(isKnownActivityCode('toString')).toBe(false);
  });

  it('says what a retired spelling is called now', () => {
    expect(isKnownActivityCode('user.peer.add')).toBe(false);
    expect(renamedActivityCode('user.peer.add')).toBe('peer.user.add');
    expect(renamedActivityCode('posture.check.deleted')).toBe('posture.check.delete');
    expect(renamedActivityCode('route.delete')).toBeUndefined();
  });

  it.each(['ordinary-company.ndjson', 'attack.ndjson'])('has the message of every event in %s', (file) => {
    for (const row of rowsOf(file)) expect(activityMessage(row.activity_code)).toBe(row.activity);
  });

  it.each(['ordinary-company.ndjson', 'attack.ndjson'])('has the meta keys of every event in %s', (file) => {
    for (const row of rowsOf(file)) {
      const keys = metaKeysOf(row.activity_code);
      expect({ code: row.activity_code, written: keys?.written }).toEqual({ code: row.activity_code, written: true });
      const allowed = new Set([...(keys?.always ?? []), ...(keys?.sometimes ?? []), ...(keys?.enriched ?? [])]);
      expect(Object.keys(row.meta).filter((key) => !allowed.has(key))).toEqual([]);
      expect((keys?.always ?? []).filter((key) => !(key in row.meta))).toEqual([]);
    }
  });
});
