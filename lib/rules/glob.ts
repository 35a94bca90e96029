/**
 * Whether a text fits a pattern: `*` is any text, `?` any character; upper and lower case are one. By hand, since a
 * regular expression of many `.*` takes time without bound.
 */
export function fitsGlob(text: string, pattern: string): boolean {
  const [given, wanted] = [text.toLowerCase(), pattern.toLowerCase()];
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < given.length) {
    if (wanted[next] === '*') {
      star = next++;
      resume = at;
    } else if (wanted[next] === '?' || wanted[next] === given[at]) {
      at++;
      next++;
    } else if (star >= 0) {
      // The last star takes one character more.
      next = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (wanted[next] === '*') next++;
  return next === wanted.length;
}
