// What jq defines in jq's own language. Source: jq(1) 1.7.

import type { Definition } from "./ast.ts";
import type { Env } from "./flow.ts";
import { flows } from "./natives/flows.ts";
import { natives } from "./natives/natives.ts";
import type { Names } from "./parse-term.ts";
import { parseDefinitions } from "./parser.ts";
import { define } from "./scope.ts";

const SOURCE = `
def map(f): [.[] | f];
def map_values(f): .[] |= f;
def recurse(f; cond): recurse(f | select(cond));
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars: select(type | . != "array" and . != "object");
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
def isvalid(f): try (f | true) catch false;
def del(f): delpaths([path(f)]);
def paths: path(..) | select(length > 0);
def paths(node_filter): . as $dot | paths | select(. as $p | $dot | getpath($p) | node_filter);
def leaf_paths: paths(scalars);
def pick(pathexps): . as $top | reduce path(pathexps) as $p (null; setpath($p; $top | getpath($p)));
def add(f): reduce f as $x (null; . + $x);
def from_entries: _entries;
def with_entries(f): to_entries | map(f) | from_entries;
def sort_by(f): _sort_by(map([f]));
def group_by(f): _group_by(map([f]));
def unique_by(f): _unique_by(map([f]));
def unique: _unique_by(map([.]));
def min_by(f): _min_by(map([f]));
def max_by(f): _max_by(map([f]));
def isempty(g): label $go | (g | false, break $go), true;
def any(generator; condition): isempty(first(generator | condition | if . then . else empty end)) | not;
def any(condition): any(.[]; condition);
def any: any(.);
def all(generator; condition): isempty(first(generator | condition | if . then empty else 1 end));
def all(condition): all(.[]; condition);
def all: all(.);
def in(xs): . as $x | xs | has($x);
def inside(xs): . as $x | xs | contains($x);
def index($i): indices($i) | .[0];
def rindex($i): indices($i) | .[-1:][0];
def first: .[0];
def last: .[-1];
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;
def skip($n; f): if $n > 0 then foreach f as $x ($n; . - 1; if . < 0 then $x else empty end) else f end;
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todateiso8601: todate;
def fromdate: fromdateiso8601;
def date: todate;
def dateadd(u; n): . + n;
def datesub(u; n): . - n;
def ascii: [.] | implode;
def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
def fromstream(f): {x: null, e: false} as $init
  | foreach f as $i ($init;
      if .e then $init else . end
      | if $i | length == 2
        then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
        else setpath(["e"]; $i[0] | length == 1) end;
      if .e then .x else empty end);
def truncate_stream(stream): . as $n | null | stream | . as $input
  | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
def _names: [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def capture(re): match(re) | _names;
def capture(re; flags): match(re; flags) | _names;
def _found: if (.captures | length) > 0 then [.captures[].string] else .string end;
def scan(re): match(re; "g") | _found;
def scan(re; flags): match(re; "g" + flags) | _found;
def split($re; flags): [_pieces($re; "g" + flags)[].gap];
def splits($re; flags): split($re; flags) | .[];
def splits($re): splits($re; null);
def sub($re; str; $flags): . as $in
  | (reduce _pieces($re; $flags)[] as $piece ([];
      if $piece.match == null then map(. + $piece.gap) | if length == 0 then [$in] else . end
      else [$piece.match | _names | str] as $texts
        | reduce range($texts | length) as $i (.; .[$i] += $piece.gap + $texts[$i]) end)) | .[];
def sub($re; str): sub($re; str; "");
def gsub($re; str; $flags): sub($re; str; $flags + "g");
def gsub($re; str): sub($re; str; "g");
def INDEX(stream; idx_expr): reduce stream as $row ({}; .[$row | idx_expr | tostring] |= $row);
def INDEX(idx_expr): INDEX(.[]; idx_expr);
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def JOIN($idx; idx_expr): [.[] | [., $idx[idx_expr]]];
def JOIN($idx; stream; idx_expr): stream | [., $idx[idx_expr]];
def JOIN($idx; stream; idx_expr; join_expr): stream | [., $idx[idx_expr]] | join_expr;
`;

const hasNative = (key: string): boolean => key in natives || key in flows;

let loaded: Env | undefined;

/** The scope of all programs. */
export function prelude(): Env {
  if (loaded === undefined) {
    const definitions: Definition[] = parseDefinitions(SOURCE, {
      hasFunction: hasNative,
      hasVariable: (name) => name === "$ENV",
    });
    let env: Env | undefined;
    for (const definition of definitions) env = define(definition, env);
    loaded = env!;
  }
  return loaded;
}

/** The names that a program may use, with those of --arg and the like. */
export function namesWith(variables: ReadonlyMap<string, unknown>): Names {
  const defined = new Set<string>();
  for (let at: Env | undefined = prelude(); at !== undefined; at = at.parent) defined.add(at.key);
  return {
    hasFunction: (key) => defined.has(key) || hasNative(key),
    hasVariable: (name) => variables.has(name) || name === "$ENV",
  };
}
