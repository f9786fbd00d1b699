import type { Token } from "./date-tokens.ts";
import { DAY_SHIFTS, monthOf, ORDINALS, type Unit, unitOf, weekdayOf, zoneOf } from "./date-words.ts";

type NumberToken = Extract<Token, { kind: "number" }>;

/** The items of a date description: at most one date, time, zone and weekday each, any number of shifts. */
export class DateItems {
  date: { year: number | undefined; month: number; day: number } | undefined;
  time: { hour: number; minute: number; second: number; nanoseconds: bigint } | undefined;
  /** East of Greenwich. */
  zoneMinutes: number | undefined;
  weekday: { day: number; ordinal: number } | undefined;
  relative = false;
  readonly shift: Record<Unit, number> & { nanoseconds: bigint } = {
    year: 0,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    nanoseconds: 0n,
  };
  readonly #tokens: readonly Token[];
  readonly #localZone: (word: string) => number | undefined;
  #at = 0;
  #conflict = false;

  constructor(tokens: readonly Token[], localZone: (word: string) => number | undefined) {
    this.#tokens = tokens;
    this.#localZone = localZone;
  }

  /** False if the tokens make no date. */
  read(): boolean {
    while (this.#at < this.#tokens.length) {
      const before = this.#at;
      const token = this.#tokens[this.#at]!;
      const known =
        token.kind === "number" ? this.#number(token) : token.kind === "word" && this.#word(token.text);
      if (!known || this.#conflict || this.#at === before) return false;
    }
    return true;
  }

  #peek(offset = 0): Token | undefined {
    return this.#tokens[this.#at + offset];
  }

  #peekNumber(offset = 0): NumberToken | undefined {
    const token = this.#peek(offset);
    return token?.kind === "number" ? token : undefined;
  }

  #peekWord(offset = 0): string | undefined {
    const token = this.#peek(offset);
    return token?.kind === "word" ? token.text : undefined;
  }

  #isMark(offset: number, text: string): boolean {
    const token = this.#peek(offset);
    return token?.kind === "mark" && token.text === text;
  }

  #setDate(year: NumberToken | undefined, month: number, day: number): true {
    if (this.date !== undefined) this.#conflict = true;
    this.date = {
      year: year === undefined ? undefined : fullYear(Math.abs(year.value), year.digits),
      month,
      day,
    };
    return true;
  }

  #setTime(hour: number, minute: number, second: number, fraction = ""): true {
    if (this.time !== undefined) this.#conflict = true;
    this.time = { hour, minute, second, nanoseconds: BigInt(fraction.slice(0, 9).padEnd(9, "0")) };
    return true;
  }

  #setZone(minutes: number): true {
    if (this.zoneMinutes !== undefined) this.#conflict = true;
    this.zoneMinutes = minutes;
    return true;
  }

  #addShift(word: string, count: number, fraction?: string): boolean {
    const unit = unitOf(word);
    if (unit === undefined) return false;
    const ago = this.#peekWord() === "ago";
    if (ago) this.#at++;
    const sign = ago ? -1 : 1;
    this.shift[unit[0]] += count * unit[1] * sign;
    if (fraction !== undefined && unit[0] === "second") {
      const part = BigInt(fraction.slice(0, 9).padEnd(9, "0"));
      this.shift.nanoseconds += count * sign < 0 ? -part : part;
    }
    this.relative = true;
    return true;
  }

  #number(token: NumberToken): boolean {
    const word = this.#peekWord(1);
    if (word !== undefined && unitOf(word) !== undefined) {
      this.#at += 2;
      return this.#addShift(word, token.value, token.fraction);
    }
    if (token.sign !== "") return false;
    if (this.#isMark(1, ":")) return this.#clock(token);
    if (this.#isMark(1, "/")) return this.#slashDate(token);
    if (word !== undefined) {
      const month = monthOf(word);
      if (month !== undefined) return this.#dayMonth(token, month);
      if (word === "am" || word === "pm") {
        this.#at += 2;
        return this.#twelveHours(token.value, 0, 0, undefined, word);
      }
      const weekday = weekdayOf(word);
      if (weekday !== undefined && token.fraction === undefined)
        return this.#setWeekday(weekday, token.value, 2);
    }
    const month = this.#peekNumber(1);
    const day = this.#peekNumber(2);
    if (month?.sign === "-" && day?.sign === "-") {
      this.#at += 3;
      this.#setDate(token, -month.value, -day.value);
      return this.#isoTime();
    }
    return this.#plainNumber(token);
  }

  /** After an ISO date: "T" and a time. */
  #isoTime(): boolean {
    if (this.#peekWord() !== "t" || this.#peekNumber(1) === undefined) return true;
    this.#at++;
    const hour = this.#peekNumber()!;
    if (this.#isMark(1, ":")) return this.#clock(hour);
    this.#at++;
    this.#setTime(
      hour.digits > 2 ? Math.floor(hour.value / 100) : hour.value,
      hour.digits > 2 ? hour.value % 100 : 0,
      0,
    );
    return this.#zoneOffset();
  }

  /** HH:MM[:SS[.frac]] [am|pm] [zone offset] */
  #clock(hour: NumberToken): boolean {
    const minute = this.#peekNumber(2);
    if (minute === undefined || minute.sign !== "" || hour.fraction !== undefined) return false;
    this.#at += 3;
    let second: NumberToken | undefined;
    if (this.#isMark(0, ":")) {
      second = this.#peekNumber(1);
      if (second === undefined || second.sign !== "") return false;
      this.#at += 2;
    } else if (minute.fraction !== undefined) return false;
    const word = this.#peekWord();
    if (word === "am" || word === "pm") {
      this.#at++;
      return this.#twelveHours(hour.value, minute.value, second?.value ?? 0, second?.fraction, word);
    }
    this.#setTime(hour.value, minute.value, second?.value ?? 0, second?.fraction);
    return this.#zoneOffset();
  }

  #twelveHours(
    hour: number,
    minute: number,
    second: number,
    fraction: string | undefined,
    half: "am" | "pm",
  ): boolean {
    if (hour < 1 || hour > 12) return false;
    return this.#setTime((hour % 12) + (half === "pm" ? 12 : 0), minute, second, fraction);
  }

  /** A signed number right after a time is a correction of the zone. */
  #zoneOffset(): boolean {
    const number = this.#peekNumber();
    if (number === undefined || number.sign === "") return true;
    this.#at++;
    const minutes = this.#offsetMinutes(number);
    return Math.abs(minutes) <= 24 * 60 && this.#setZone(minutes);
  }

  #offsetMinutes(number: NumberToken): number {
    const sign = number.sign === "-" ? -1 : 1;
    const value = Math.abs(number.value);
    const minutes = this.#isMark(0, ":") ? this.#peekNumber(1) : undefined;
    if (minutes !== undefined) {
      this.#at += 2;
      return sign * (value * 60 + minutes.value);
    }
    return sign * (number.digits <= 2 ? value * 60 : Math.floor(value / 100) * 60 + (value % 100));
  }

  /** M/D, M/D/Y or Y/M/D */
  #slashDate(first: NumberToken): boolean {
    const second = this.#peekNumber(2);
    if (second === undefined || second.sign !== "") return false;
    const third = this.#isMark(3, "/") ? this.#peekNumber(4) : undefined;
    this.#at += third === undefined ? 3 : 5;
    if (third !== undefined && first.digits >= 4) return this.#setDate(first, second.value, third.value);
    return this.#setDate(third, first.value, second.value);
  }

  /** "17 June", "17 June 1992", "17-JUN-1992" */
  #dayMonth(day: NumberToken, month: number): boolean {
    this.#at += 2;
    const year = this.#peekNumber();
    const isYear =
      year !== undefined &&
      !this.#isMark(1, ":") &&
      (year.sign === "-" || year.sign === "") &&
      !this.#beginsShift();
    if (isYear) this.#at++;
    return this.#setDate(isYear ? year : undefined, month, day.value);
  }

  /** Whether a number and a unit follow. */
  #beginsShift(): boolean {
    const word = this.#peekWord(1);
    return word !== undefined && unitOf(word) !== undefined;
  }

  #plainNumber(token: NumberToken): boolean {
    this.#at++;
    const { value, digits } = token;
    if (token.fraction !== undefined) return false;
    if (
      this.date !== undefined &&
      this.date.year === undefined &&
      !this.relative &&
      (this.time !== undefined || digits > 2)
    ) {
      this.date.year = fullYear(value, digits);
      return true;
    }
    if (digits > 4) {
      const year: NumberToken = { ...token, value: Math.floor(value / 10000), digits: digits - 4 };
      return this.#setDate(year, Math.floor(value / 100) % 100, value % 100) && this.#isoTime();
    }
    return digits <= 2 ? this.#setTime(value, 0, 0) : this.#setTime(Math.floor(value / 100), value % 100, 0);
  }

  #setWeekday(day: number, ordinal: number, length: number): true {
    this.#at += length;
    if (this.weekday !== undefined) this.#conflict = true;
    this.weekday = { day, ordinal };
    if (this.#isMark(0, ",")) this.#at++;
    return true;
  }

  #word(word: string): boolean {
    const month = monthOf(word);
    if (month !== undefined) return this.#monthDay(month);
    const weekday = weekdayOf(word);
    if (weekday !== undefined) return this.#setWeekday(weekday, 0, 1);
    const days = DAY_SHIFTS[word];
    if (days !== undefined) {
      this.#at++;
      return this.#addShift("day", days);
    }
    const ordinal = ORDINALS[word];
    if (ordinal !== undefined) return this.#ordinal(ordinal);
    if (unitOf(word) !== undefined) {
      this.#at++;
      return this.#addShift(word, 1);
    }
    return this.#zoneWord(word);
  }

  #ordinal(ordinal: number): boolean {
    const next = this.#peekWord(1);
    if (next === undefined) return false;
    const weekday = weekdayOf(next);
    if (weekday !== undefined) return this.#setWeekday(weekday, ordinal, 2);
    this.#at += 2;
    return this.#addShift(next, ordinal);
  }

  /** "June 17", "June 17, 1992", "JUN-17-1992" */
  #monthDay(month: number): boolean {
    const day = this.#peekNumber(1);
    if (day === undefined) return false;
    this.#at += 2;
    if (day.sign === "-") {
      const year = this.#peekNumber();
      if (year?.sign !== "-") return false;
      this.#at++;
      return this.#setDate(year, month, -day.value);
    }
    if (!this.#isMark(0, ",")) return this.#setDate(undefined, month, day.value);
    const year = this.#peekNumber(1);
    if (year === undefined) return false;
    this.#at += 2;
    return this.#setDate(year, month, day.value);
  }

  #zoneWord(word: string): boolean {
    const minutes = this.#localZone(word) ?? zoneOf(word);
    if (minutes === undefined) return false;
    this.#at++;
    const number = this.#peekNumber();
    if (number !== undefined && number.sign !== "" && !this.#beginsShift()) {
      this.#at++;
      return this.#setZone(minutes + this.#offsetMinutes(number));
    }
    const daylight = this.#peekWord() === "dst";
    if (daylight) this.#at++;
    return this.#setZone(minutes + (daylight ? 60 : 0));
  }
}

const fullYear = (value: number, digits: number): number =>
  digits > 2 ? value : value + (value < 69 ? 2000 : 1900);
