/** The `sh` blocks of a page, each with the heading above it. */
export function blocksOf(markdown: string): { heading: string; commands: string[] }[] {
  const blocks: { heading: string; commands: string[] }[] = [];
  let heading = '';
  for (const part of markdown.split(/^(?=##+ |```sh\n)/m)) {
    if (part.startsWith('#')) heading = part.split('\n', 1)[0] ?? '';
    else if (part.startsWith('```sh')) {
      const body = part.slice('```sh\n'.length, part.indexOf('\n```', 4));
      blocks.push({ heading, commands: body.split('\n').filter((line) => line !== '') });
    }
  }
  return blocks;
}
