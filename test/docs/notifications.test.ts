import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderNotice } from '../../lib/notify/render/notice.ts';
import { alert, volumeAlert } from '../notify/alerts.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/notifications.md'), 'utf8');
const notice = renderNotice(alert(), { timeZone: 'Europe/Berlin' });
const volume = renderNotice(volumeAlert(), { timeZone: 'Europe/Berlin' });

/** The content of the page's code block of one language. */
function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\`$`, 'ms').exec(text)?.[1] ?? '';
}

describe('docs/notifications.md', () => {
  it('shows what is sent', () => {
    expect(block('subject')).toBe(notice.subject);
    expect(block('email')).toBe(notice.email.trimEnd());
    expect(block('sms')).toBe(notice.sms);
    const sent = JSON.parse(notice.json);
    expect(JSON.parse(block('json'))).toEqual({ ...sent, events: sent.events.slice(0, 2) });
  });

  it('shows what is sent of an unusual volume, and explains its evidence', () => {
    expect(block('volume-email')).toBe(volume.email.trimEnd());
    expect(block('volume-sms')).toBe(volume.sms);
    const { evidence } = JSON.parse(volume.json);
    const told = Object.keys(evidence).filter((field) => !['source', 'isOpen', 'direction', 'seen'].includes(field));
    for (const field of told) expect(text).toContain(`\`${field}\``);
  });

  it('explains every field of the JSON and every attribute', () => {
    for (const field of [...Object.keys(JSON.parse(notice.json)), ...Object.keys(notice.attributes)]) {
      expect(text).toContain(`\`${field}\``);
    }
  });
});
