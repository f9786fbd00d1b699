import { UsageError } from "@agentos/kernel/program";
import { compileRegex } from "@agentos/posix";

/** A renaming of --transform: "s/regexp/replacement/flags" as sed has it. @throws UsageError */
export function compileTransform(expression: string): (path: string) => string {
  const delimiter = expression[1];
  const fields = delimiter === undefined ? [] : splitUnescaped(expression.slice(2), delimiter);
  if (expression[0] !== "s" || fields.length !== 3) throw new UsageError("Invalid transform expression");
  const [source, replacement, flags] = fields as [string, string, string];
  const regex = compileRegex(source, {
    syntax: flags.includes("x") ? "ere" : "bre",
    icase: flags.includes("i"),
  });
  const all = flags.includes("g");
  return (path) => {
    let out = "";
    let at = 0;
    while (at <= path.length) {
      const match = regex.exec(path, at);
      if (!match) break;
      const [start, end] = [match[0]!, match[1]!];
      out += path.slice(at, start) + substitute(replacement, path, match);
      if (end === start) out += path.slice(end, end + 1);
      at = end === start ? end + 1 : end;
      if (!all) break;
    }
    return out + path.slice(at);
  };
}

function splitUnescaped(text: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\" && text[i + 1] === delimiter) field += text[++i];
    else if (text[i] === "\\") field += text[i]! + (text[++i] ?? "");
    else if (text[i] === delimiter) {
      fields.push(field);
      field = "";
    } else field += text[i];
  }
  return [...fields, field];
}

/** & and \1 … \9. */
function substitute(replacement: string, path: string, match: ArrayLike<number>): string {
  return replacement.replace(/\\([0-9&\\])|&/g, (whole, escaped: string | undefined) => {
    if (escaped === "&" || escaped === "\\") return escaped;
    const group = whole === "&" ? 0 : Number(escaped);
    const start = match[2 * group] ?? -1;
    return start < 0 ? "" : path.slice(start, match[2 * group + 1]);
  });
}
