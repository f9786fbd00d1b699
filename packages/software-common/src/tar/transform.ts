import { UsageError } from "@agentos/kernel/program";
import { compileRegex, type Regex } from "@agentos/posix";

/** What a text is: a member's name, or the target of a link. */
export type TransformScope = "name" | "symlink" | "hardlink";
export type Transform = (text: string, scope: TransformScope) => string;

const SCOPE_LETTERS: Readonly<Record<string, TransformScope>> = { r: "name", s: "symlink", h: "hardlink" };
const EVERYWHERE: readonly TransformScope[] = ["name", "symlink", "hardlink"];

interface Substitution {
  regex: Regex;
  replacement: string;
  all: boolean;
  scopes: ReadonlySet<TransformScope>;
}

/**
 * The renaming of --transform: "s/regexp/replacement/flags;…", as sed has it. The letters r, s and h apply it to
 * names and targets of symbolic and hard links, R, S and H do not; "flags=…;" sets them for what follows.
 * @throws UsageError
 */
export function compileTransform(expression: string): Transform {
  const substitutions: Substitution[] = [];
  let scopes: ReadonlySet<TransformScope> = new Set(EVERYWHERE);
  let rest = expression;
  while (rest !== "") {
    const flags = /^flags=([a-zA-Z]*)(?:;|$)/.exec(rest);
    if (flags) {
      scopes = withScopes(new Set(), flags[1]!);
      rest = rest.slice(flags[0].length);
      continue;
    }
    const delimiter = rest[1];
    const fields = delimiter === undefined ? undefined : splitUnescaped(rest.slice(2), delimiter);
    const ending = fields && /^([a-zA-Z0-9]*)(?:;|$)/.exec(fields.rest);
    if (rest[0] !== "s" || !fields || !ending) throw new UsageError("Invalid transform expression");
    substitutions.push(substitution(fields.source, fields.replacement, ending[1]!, scopes));
    rest = fields.rest.slice(ending[0].length);
  }
  return (text, scope) =>
    substitutions.reduce((result, one) => (one.scopes.has(scope) ? substitute(one, result) : result), text);
}

function withScopes(base: ReadonlySet<TransformScope>, letters: string): ReadonlySet<TransformScope> {
  const scopes = new Set(base);
  for (const letter of letters) {
    const scope = SCOPE_LETTERS[letter.toLowerCase()];
    if (!scope) continue;
    if (letter === letter.toLowerCase()) scopes.add(scope);
    else scopes.delete(scope);
  }
  return scopes;
}

function substitution(
  source: string,
  replacement: string,
  flags: string,
  defaults: ReadonlySet<TransformScope>,
): Substitution {
  const syntax = flags.includes("x") ? "ere" : "bre";
  return {
    regex: compileRegex(source, { syntax, icase: flags.includes("i") }),
    replacement,
    all: flags.includes("g"),
    scopes: withScopes(defaults, flags),
  };
}

/** "source/replacement/rest", where a backslash hides the delimiter. */
function splitUnescaped(
  text: string,
  delimiter: string,
): { source: string; replacement: string; rest: string } | undefined {
  const fields: string[] = [];
  let field = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\" && text[i + 1] === delimiter) field += text[++i];
    else if (text[i] === "\\") field += text[i]! + (text[++i] ?? "");
    else if (text[i] !== delimiter) field += text[i];
    else if (fields.push(field) === 2) {
      return { source: fields[0]!, replacement: field, rest: text.slice(i + 1) };
    } else field = "";
  }
  return undefined;
}

function substitute({ regex, replacement, all }: Substitution, text: string): string {
  let out = "";
  let at = 0;
  while (at <= text.length) {
    const match = regex.exec(text, at);
    if (!match) break;
    const [start, end] = [match[0]!, match[1]!];
    out += text.slice(at, start) + expand(replacement, text, match);
    if (end === start) out += text.slice(end, end + 1);
    at = end === start ? end + 1 : end;
    if (!all) break;
  }
  return out + text.slice(at);
}

/** & and \1 … \9. */
function expand(replacement: string, text: string, match: ArrayLike<number>): string {
  return replacement.replace(/\\([0-9&\\])|&/g, (whole, escaped: string | undefined) => {
    if (escaped === "&" || escaped === "\\") return escaped;
    const group = whole === "&" ? 0 : Number(escaped);
    const start = match[2 * group] ?? -1;
    return start < 0 ? "" : text.slice(start, match[2 * group + 1]);
  });
}
