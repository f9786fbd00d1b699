/**
 * "-5", "+5", "-5lf", "-c": as the first of at most two arguments. Source: GNU coreutils manual, "tail invocation".
 */
export function modernize(argv: readonly string[]): readonly string[] {
  const [name = "", first = "", ...rest] = argv;
  const plus = first.startsWith("+");
  if (rest.length > (plus ? 1 : 2)) return argv;
  const match = /^([-+])(\d*)([bcl]?)(f?)$/.exec(first);
  if (match === null || first === "-" || first === "+") return argv;
  const [, sign, digits, unit, follow] = match;
  if (sign === "-" && digits === "") return argv;
  const count = digits === "" ? "10" : digits;
  const option = unit === "c" || unit === "b" ? "-c" : "-n";
  const out = [name, `${option}${sign}${count}${unit === "b" ? "b" : ""}`];
  if (follow === "f") out.push("-f");
  return [...out, ...rest];
}
