// Dates as text. What is lenient in Date.parse() is refused: to it "5" is a day of 2001.

const ISO_DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** A moment, or a day or time that a zone has yet to be given to. */
export interface IsoDate {
  text: string;
  hasZone: boolean;
}

/** ISO 8601's dates, with or without a time; undefined: it is none. */
export function isoDate(text: string): IsoDate | undefined {
  const match = ISO_DATE.exec(text);
  return match ? { text: text.replace(" ", "T"), hasZone: match[1] !== undefined } : undefined;
}

/** Without a zone it is UTC, as in the VM. */
export function parseIsoDate(text: string): Date | undefined {
  const iso = isoDate(text);
  if (iso === undefined) return undefined;
  const date = new Date(iso.hasZone || !iso.text.includes("T") ? iso.text : `${iso.text}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
