import { type Micros, parseTimestamp } from '../model/timestamp.ts';

/** Reads times as `parseTimestamp` does, millions of them: of an hour that it has seen it reads only the rest. */
export class TimeReader {
  readonly #hours = new Map<string, Micros>();

  micros(text: string): Micros | undefined {
    const isPlain = text.length >= 20 && text.length <= 30 && text.endsWith('Z') && text.startsWith('20');
    const hour = isPlain ? (this.#hours.get(hourIn(text)) ?? this.#learn(text)) : undefined;
    const rest = hour === undefined ? Number.NaN : microsBelowHour(text);
    return hour === undefined || Number.isNaN(rest) ? parseTimestamp(text)?.micros : hour + rest;
  }

  #learn(text: string): Micros | undefined {
    const hour = parseTimestamp(`${text.slice(0, 13)}:00:00Z`)?.micros;
    if (hour !== undefined) this.#hours.set(hourIn(text), hour);
    return hour;
  }
}

/** `26-11-23T15`: a text as short as this is copied. A longer one would hold on to the whole file that it was cut from. */
function hourIn(text: string): string {
  return text.slice(2, 13);
}

/** Of `…T10:20:30.123456789Z`; NaN where a character is not what it must be, so that the careful reader has a look. */
function microsBelowHour(text: string): number {
  const minutes = twoDigits(text, 14);
  const seconds = twoDigits(text, 17);
  if (text[13] !== ':' || text[16] !== ':' || !(minutes < 60) || !(seconds < 60)) return Number.NaN;
  return (minutes * 60 + seconds) * 1_000_000 + fractionOf(text);
}

function fractionOf(text: string): number {
  const end = text.length - 1;
  if (end === 19) return 0;
  if (text[19] !== '.' || end === 20) return Number.NaN;
  let micros = 0;
  let place = 100_000;
  for (let at = 20; at < end; at++) {
    micros += place * digit(text, at);
    // What is below the microsecond is cut off, and must be digits all the same.
    place = place > 1 ? place / 10 : 0;
  }
  return micros;
}

function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function digit(text: string, at: number): number {
  const code = text.charCodeAt(at) - 48;
  return code >= 0 && code <= 9 ? code : Number.NaN;
}
