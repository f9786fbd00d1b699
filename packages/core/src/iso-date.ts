// Dates as text, without the leniency of Date.parse(), which takes "5" for a day in 2001.

const ISO_DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** A moment; or a date and time that still needs a time zone to become one. */
export interface IsoDate {
  text: string;
  hasZone: boolean;
}

/** Parses ISO 8601 dates, with or without a time. @returns undefined if the text is not one */
export function isoDate(text: string): IsoDate | undefined {
  const match = ISO_DATE.exec(text);
  return match ? { text: text.replace(" ", "T"), hasZone: match[1] !== undefined } : undefined;
}

/** Without an offset, UTC is assumed, as in the VM. */
export function parseIsoDate(text: string): Date | undefined {
  const iso = isoDate(text);
  if (iso === undefined) return undefined;
  const date = new Date(iso.hasZone || !iso.text.includes("T") ? iso.text : `${iso.text}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
