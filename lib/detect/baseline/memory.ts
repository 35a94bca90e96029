/**
 * A series' memory as bytes. Values lie on a logarithmic scale, so that a step reads and writes the few numbers it
 * needs and never unpacks the rest. docs/anomaly.md has the layout.
 */
import { InvalidSeriesError } from './errors.ts';

const VERSION = 1;
export const SLOTS = 48;
export const RECENT = 24;
export const DAYS = 28;

/** Offsets: one byte, two bytes, four bytes. */
export const AT = {
  version: 0,
  recentAt: 1,
  quietDays: 2,
  run: 3,
  silence: 4,
  tailCount: 5,
  rampCount: 6,
  alarmed: 7,
  size: 8,
  steps: 10,
  localDay: 12,
  utcDay: 14,
  dayMean: 16,
  dayExpected: 18,
  dayRecord: 20,
  todayHigh: 22,
  todayUp: 24,
  todayRamp: 26,
  silenceScore: 28,
  rampRun: 30,
  start: 32,
  mean: 36,
  level: 40,
  spread: 44,
  tailEdge: 48,
  tailExcess: 52,
  carried: 56,
  lowShare: 60,
  rampMean: 64,
  rampSpread: 68,
  rampDay: 72,
} as const;
const HIGHS = 76;
const VALUES = HIGHS + (DAYS * 3) / 2;
const RECENT_SLOTS = VALUES + (RECENT * 3) / 2;
const SLOT_BYTES = RECENT_SLOTS + RECENT;
const SLOT = 10;
const LENGTH = SLOT_BYTES + SLOTS * SLOT;

/** Natural logarithms up to here: e³² times a ten thousandth of `min`. */
const MOST_LOG = 32;
const FINE = 65_535 / MOST_LOG;
const COARSE = 4095 / MOST_LOG;
/** Fractions of a score. */
const SCORE = 2048;
const SPREAD_LEAST = 0.01;
const SPREAD_STEP = Math.log(800) / 255;

export class Memory {
  private readonly bytes: Buffer;
  readonly view: DataView;
  private readonly unit: number;

  /** `min` gives the scale; for a text, that with which it was made. Throws InvalidSeriesError. */
  constructor(packed: string | undefined, min: number) {
    this.bytes = packed === undefined ? Buffer.alloc(LENGTH) : Buffer.from(packed, 'base64');
    if (this.bytes.length !== LENGTH) throw new InvalidSeriesError(`has ${this.bytes.length} bytes, not ${LENGTH}`);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, LENGTH);
    if (packed === undefined) this.view.setUint8(AT.version, VERSION);
    const version = this.view.getUint8(AT.version);
    if (version !== VERSION) throw new InvalidSeriesError(`has version ${version}, not ${VERSION}`);
    this.unit = min / 10_000;
  }

  packed(): string {
    return this.bytes.toString('base64');
  }

  byte(at: number): number {
    return this.view.getUint8(at);
  }

  setByte(at: number, value: number): void {
    this.view.setUint8(at, Math.min(value, 255));
  }

  whole(at: number): number {
    return this.view.getUint16(at, true);
  }

  setWhole(at: number, value: number): void {
    this.view.setUint16(at, Math.min(value, 65_535), true);
  }

  number(at: number): number {
    return this.view.getFloat32(at, true);
  }

  setNumber(at: number, value: number): void {
    this.view.setFloat32(at, value, true);
  }

  score(at: number): number {
    return this.view.getUint16(at, true) / SCORE;
  }

  setScore(at: number, value: number): void {
    this.setWhole(at, Math.round(value * SCORE));
  }

  /** A volume, to 0.05 %. */
  volume(at: number): number {
    return this.unit * Math.expm1(this.view.getUint16(at, true) / FINE);
  }

  setVolume(at: number, value: number): void {
    this.setWhole(at, Math.round(Math.log1p(value / this.unit) * FINE));
  }

  slotMean(slot: number): number {
    return this.volume(SLOT_BYTES + slot * SLOT);
  }

  setSlotMean(slot: number, value: number): void {
    this.setVolume(SLOT_BYTES + slot * SLOT, value);
  }

  /** Mean of the logarithms. */
  slotLevel(slot: number): number {
    return this.view.getUint16(SLOT_BYTES + slot * SLOT + 2, true) / FINE;
  }

  setSlotLevel(slot: number, value: number): void {
    this.setWhole(SLOT_BYTES + slot * SLOT + 2, Math.round(value * FINE));
  }

  /** Mean distance of the logarithms from it. */
  slotSpread(slot: number): number {
    return SPREAD_LEAST * Math.exp(this.view.getUint8(SLOT_BYTES + slot * SLOT + 4) * SPREAD_STEP);
  }

  /** `dither` from 0 to 1 decides which way to round, so that small changes add up. */
  setSlotSpread(slot: number, value: number, dither: number): void {
    const step = Math.log(value / SPREAD_LEAST) / SPREAD_STEP;
    this.setByte(SLOT_BYTES + slot * SLOT + 4, Math.max(0, Math.floor(step + dither)));
  }

  slotVisits(slot: number): number {
    return this.view.getUint8(SLOT_BYTES + slot * SLOT + 5);
  }

  setSlotVisits(slot: number, value: number): void {
    this.setByte(SLOT_BYTES + slot * SLOT + 5, value);
  }

  /** Share of empty buckets. */
  slotEmpty(slot: number): number {
    return this.view.getUint8(SLOT_BYTES + slot * SLOT + 6) / 255;
  }

  setSlotEmpty(slot: number, value: number, dither: number): void {
    this.setByte(SLOT_BYTES + slot * SLOT + 6, Math.floor(value * 255 + dither));
  }

  /** Logarithms of the 10th and 90th percentile of buckets that were not empty; 0: none seen. */
  slotLow(slot: number): number {
    return this.twelve(SLOT_BYTES + slot * SLOT + 7, 0) / COARSE;
  }

  slotHigh(slot: number): number {
    return this.twelve(SLOT_BYTES + slot * SLOT + 7, 1) / COARSE;
  }

  setSlotRange(slot: number, low: number, high: number, dither: number): void {
    const at = SLOT_BYTES + slot * SLOT + 7;
    this.setTwelve(at, 0, Math.floor(low * COARSE + dither));
    this.setTwelve(at, 1, Math.floor(high * COARSE + dither));
  }

  /** The highest bucket of a local day. */
  high(day: number): number {
    return this.unit * Math.expm1(this.twelve(HIGHS, day % DAYS) / COARSE);
  }

  setHigh(day: number, value: number): void {
    this.setTwelve(HIGHS, day % DAYS, Math.round(Math.log1p(value / this.unit) * COARSE));
  }

  recentValue(index: number): number {
    return this.unit * Math.expm1(this.twelve(VALUES, index) / COARSE);
  }

  recentSlot(index: number): number {
    return this.view.getUint8(RECENT_SLOTS + index);
  }

  setRecent(index: number, value: number, slot: number): void {
    this.setTwelve(VALUES, index, Math.round(Math.log1p(value / this.unit) * COARSE));
    this.view.setUint8(RECENT_SLOTS + index, slot);
  }

  /** Logarithm above the unit, as levels and ranges are kept. */
  logOf(value: number): number {
    return Math.log1p(value / this.unit);
  }

  valueOf(log: number): number {
    return this.unit * Math.expm1(log);
  }

  /** Two numbers of 12 bits lie in three bytes. */
  private twelve(from: number, index: number): number {
    const at = from + (index >> 1) * 3;
    return index & 1
      ? (this.view.getUint8(at + 1) >> 4) | (this.view.getUint8(at + 2) << 4)
      : this.view.getUint8(at) | ((this.view.getUint8(at + 1) & 15) << 8);
  }

  private setTwelve(from: number, index: number, value: number): void {
    const at = from + (index >> 1) * 3;
    const number = Math.min(value, 4095);
    const middle = this.view.getUint8(at + 1);
    if (index & 1) {
      this.view.setUint8(at + 1, (middle & 15) | ((number & 15) << 4));
      this.view.setUint8(at + 2, number >> 4);
    } else {
      this.view.setUint8(at, number & 255);
      this.view.setUint8(at + 1, (middle & 240) | (number >> 8));
    }
  }
}
