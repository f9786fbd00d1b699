const FACTORS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86400 };
const DURATION =
  /^\s*\+?(inf(?:inity)?|0x[\da-f]+(?:\.[\da-f]*)?|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)([smhd]?)$/i;

/** "1.5", "2m", "infinity" in milliseconds; undefined if it is no time interval. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const factor = FACTORS[match[2]!];
  if (factor === undefined) return undefined;
  const number = /^inf/i.test(match[1]!) ? Number.POSITIVE_INFINITY : Number(match[1]);
  return Number.isNaN(number) ? undefined : number * factor * 1000;
}
