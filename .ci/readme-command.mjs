// Prints the first ```sh block below a heading of README.md, so that CI runs what a newcomer reads.
import { readFileSync } from 'node:fs';

const [heading] = process.argv.slice(2);
const lines = readFileSync(new URL('../README.md', import.meta.url), 'utf8').split('\n');
const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '').trim() === heading);
const open = lines.findIndex((line, index) => index > start && line.trim() === '```sh');
const next = lines.findIndex((line, index) => index > start && /^#+ /.test(line));
const close = lines.findIndex((line, index) => index > open && line.trim() === '```');

if (start < 0 || open < 0 || close < 0 || (next > start && next < open)) {
  console.error(`README.md has no sh block below a heading "${heading}"`);
  process.exit(1);
}
console.log(lines.slice(open + 1, close).join('\n'));
