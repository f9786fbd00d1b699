// Programs may patch what the language provides: Array.prototype.push, Map.prototype.get, Object.assign … The boot
// code runs in the same realm, and such patches must neither break it nor get hold of its objects. So once it is
// bundled, its calls of such methods are rewritten to call the original functions, captured before any program ran:
// `list.push(x)` becomes `$push1(list, x)`. Node does this in its own library by hand ("primordials", which are used
// here).
// Not rewritten: getters such as `length` of typed arrays, and what regular expressions look up.

import {
  type AnonymousFunctionDeclaration,
  type AnyNode,
  type ArrayPattern,
  type ArrowFunctionExpression,
  type CallExpression,
  type FunctionDeclaration,
  type FunctionExpression,
  type MemberExpression,
  type NewExpression,
  parse,
} from "acorn";

/** Which types have the method. On a receiver of any other type, its own method is called. */
const METHODS: Readonly<Record<string, readonly string[]>> = byMethod({
  String:
    "at charAt charCodeAt codePointAt concat endsWith includes indexOf isWellFormed lastIndexOf padEnd padStart repeat replaceAll slice split startsWith substring toLowerCase toUpperCase toWellFormed trim trimEnd trimStart",
  Array:
    "at concat copyWithin every fill filter find findIndex findLast flat flatMap forEach includes indexOf join lastIndexOf map pop push reduce reverse shift slice some sort splice unshift",
  TypedArray:
    "at copyWithin every fill filter find findIndex forEach includes indexOf join lastIndexOf map reverse set slice some sort subarray",
  Function: "apply bind call",
  Promise: "then finally",
  RegExp: "exec",
  DataView:
    "getUint8 getUint16 getUint32 getInt32 getFloat64 getBigInt64 getBigUint64 setUint8 setUint16 setUint32 setInt32 setFloat64 setBigInt64 setBigUint64",
});

function byMethod(types: Readonly<Record<string, string>>): Record<string, string[]> {
  const methods: Record<string, string[]> = {};
  for (const [type, names] of Object.entries(types)) {
    for (const name of names.split(" ")) (methods[name] ??= []).push(type);
  }
  return methods;
}

/** Methods that Buffer defines or overrides. */
const OF_BUFFERS = new Set([
  "copy",
  "equals",
  "fill",
  "includes",
  "indexOf",
  "lastIndexOf",
  "slice",
  "subarray",
  "toString",
]);

const IS_TYPE: Readonly<Record<string, string>> = {
  String: 'typeof o==="string"',
  Array: "$.ArrayIsArray(o)",
  TypedArray: "$.ArrayBufferIsView(o)",
  Function: 'typeof o==="function"',
  Promise: "$isPromise(o)",
  RegExp: "$isRegExp(o)",
  DataView: "$.ArrayBufferIsView(o)",
};

/** Objects whose functions are captured at the start. */
const STATICS = new Set(
  "Array ArrayBuffer Buffer Error Float64Array JSON Math Number Object Promise Reflect String Uint8Array".split(
    " ",
  ),
);
/** Settings rather than functions. */
const NOT_TAKEN = new Set(["prototype", "stackTraceLimit", "prepareStackTrace"]);

/** @param script a bundle that runs with `bootArguments` in scope */
export function harden(script: string): string {
  const hardening = new Hardening(script);
  return hardening.run();
}

interface Edit {
  from: number;
  to: number;
  text: string;
}

type AnyFunction =
  | ArrowFunctionExpression
  | FunctionDeclaration
  | FunctionExpression
  | AnonymousFunctionDeclaration;

type Helper = { name: string; count: number | "s"; isOptional: boolean };

class Hardening {
  readonly #script: string;
  readonly #edits: Edit[] = [];
  readonly #helpers = new Map<string, Helper>();
  readonly #statics = new Map<string, string>();

  constructor(script: string) {
    this.#script = script;
  }

  run(): string {
    this.#visit(parse(this.#script, { ecmaVersion: "latest", sourceType: "script", preserveParens: true }));
    // Edits of outer nodes come before those of inner ones, and must stay so where both begin at the same place.
    this.#edits.sort((a, b) => a.from - b.from);
    let at = 0;
    let hardened = "";
    for (const { from, to, text } of this.#edits) {
      hardened += this.#script.slice(at, from) + text;
      at = to;
    }
    return `${this.#prelude()}${hardened}${this.#script.slice(at)}`;
  }

  #edit(from: number, to: number, text: string): void {
    this.#edits.push({ from, to, text });
  }

  #wrap({ start, end }: AnyNode, before: string, after = ")"): void {
    this.#edit(start, start, before);
    this.#edit(end, end, after);
  }

  #visit(node: AnyNode): void {
    switch (node.type) {
      case "ChainExpression": {
        const { expression } = node;
        if (expression.type === "CallExpression" && this.#methodCall(expression, true)) return;
        break;
      }
      case "CallExpression":
        if (this.#methodCall(node, false)) return;
        break;
      case "MemberExpression":
        if (this.#static(node)) return;
        break;
      case "ForOfStatement":
        if (!node.await) this.#wrap(node.right, " $iterate(");
        break;
      case "ArrayPattern":
        this.#pattern(node);
        break;
      case "VariableDeclarator":
        if (node.init && hasRest(node.id)) this.#wrap(node.init, " $iterate(");
        break;
      case "AssignmentExpression":
        if (node.left.type === "ArrayPattern") this.#wrap(node, "(");
        // The target of an assignment must not be rewritten.
        if (node.left.type === "MemberExpression") {
          this.#visitAll(node.left);
          this.#visit(node.right);
          return;
        }
        break;
      case "FunctionExpression":
      case "FunctionDeclaration":
      case "ArrowFunctionExpression":
        this.#parameters(node);
        return;
      case "ArrayExpression":
        this.#spreads(node.elements);
        break;
      case "NewExpression":
        this.#iterated(node);
        break;
    }
    if (node.type === "CallExpression") this.#iterated(node);
    this.#visitAll(node);
  }

  #visitAll(node: AnyNode): void {
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) this.#visit(child);
    }
  }

  /** `([a, ...b]) => { … }` → `($p0) => { let [a, ...b] = $iterate($p0); … }` */
  #parameters({ params, body }: AnyFunction): void {
    const isBlock = body.type === "BlockStatement";
    const taken: string[] = [];
    for (const [i, param] of params.entries()) {
      if (hasRest(param)) {
        taken.push(`let ${this.#script.slice(param.start, param.end)}=$iterate($p${i});`);
        this.#edit(param.start, param.end, `$p${i}`);
      } else this.#visit(param);
    }
    if (taken.length > 0 && isBlock) this.#edit(body.start + 1, body.start + 1, taken.join(""));
    else if (taken.length > 0) this.#wrap(body, `{${taken.join("")}return `, "}");
    this.#visit(body);
  }

  /** Where a call iterates: over its spread arguments, and over the list from which a collection is made. */
  #iterated({ callee, arguments: args }: CallExpression | NewExpression): void {
    this.#spreads(args);
    const [first] = args;
    if (first && first.type !== "SpreadElement" && takesIterable(callee)) this.#wrap(first, " $iterate(");
  }

  #spreads(elements: readonly (AnyNode | null)[]): void {
    for (const element of elements)
      if (element?.type === "SpreadElement") this.#wrap(element.argument, " $iterate(");
  }

  /** `o.name(a, b)` → `$name2(o, a, b)` */
  #methodCall(call: CallExpression, isChain: boolean): boolean {
    const { callee, arguments: args } = call;
    if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier")
      return false;
    if (
      callee.object.type === "Super" ||
      call.optional ||
      callee.optional !== isChain ||
      isOptional(callee.object)
    )
      return false;
    if (callee.object.type === "Identifier" && STATICS.has(callee.object.name)) return false;
    const { name } = callee.property;
    if (!Object.hasOwn(METHODS, name) && !OF_BUFFERS.has(name) && !Object.hasOwn(SPECIAL, name)) return false;
    const count = args.some(({ type }) => type === "SpreadElement") ? "s" : args.length;
    const helper = `$${isChain ? "opt_" : ""}${name}${count}`;
    this.#helpers.set(helper, { name, count, isOptional: isChain });
    this.#edit(callee.object.start, callee.object.start, ` ${helper}(`);
    const [first] = args;
    this.#edit(callee.object.end, first ? first.start : call.end - 1, first ? "," : "");
    this.#visit(callee.object);
    this.#spreads(args);
    for (const arg of args) this.#visit(arg);
    return true;
  }

  /** `Object.keys` → `$Object_keys` */
  #static({ object, property, computed, optional, start, end }: MemberExpression): boolean {
    if (object.type !== "Identifier" || !STATICS.has(object.name) || computed || optional) return false;
    if (property.type !== "Identifier" || NOT_TAKEN.has(property.name)) return false;
    const name = `$${object.name}_${property.name}`;
    this.#statics.set(name, `$bound(${object.name},"${property.name}")`);
    this.#edit(start, end, name);
    return true;
  }

  /** `[a, , b]` → `{0:a,2:b}`, which does not use the iterator. */
  #pattern(pattern: ArrayPattern): void {
    if (hasRest(pattern)) return;
    let at = pattern.start;
    let before = "{";
    for (const [i, element] of pattern.elements.entries()) {
      if (!element) continue;
      this.#edit(at, element.start, `${before}${i}:`);
      at = element.end;
      before = ",";
    }
    this.#edit(at, pattern.end, before === "{" ? "{}" : "}");
  }

  #prelude(): string {
    const statics = [...this.#statics].map(([name, value]) => `${name}=${value}`);
    const helpers = [...this.#helpers].map(([helper, use]) => `${helper}=${helperCode(use)}`);
    const definitions = [...statics, ...helpers].map((definition) => `const ${definition};`);
    return takePrimordials(PRELUDE + definitions.join("\n"));
  }
}

/** Methods that need more than the function of one type. */
const SPECIAL: Readonly<Record<string, string>> = {
  test: "$isRegExp(o)?$.RegExpPrototypeExec(o,a0)!==null:o.test(a0)",
  catch: "$isPromise(o)?$.PromisePrototypeThen(o,undefined,a0):o.catch(a0)",
  entries: "$.ArrayIsArray(o)?$.ArrayPrototypeMap(o,(x,i)=>[i,x]):o.entries()",
};

const PRELUDE = `const {isPromise:$isPromise,isRegExp:$isRegExp}=bootArguments.internalBinding("types");
const Map=$.SafeMap,Set=$.SafeSet,WeakMap=$.SafeWeakMap;
const $arrays=Array.prototype,$iterator=Symbol.iterator,$values=$arrays[$iterator],$arrayIterators=$.ObjectGetPrototypeOf([][$iterator]()),$next=$arrayIterators.next;
const $iterate=(o)=>($arrays[$iterator]!==$values||$arrayIterators.next!==$next)&&$.ArrayIsArray(o)?new $.SafeArrayIterator(o):o;
const $bound=(o,name)=>typeof o[name]==="function"?o[name].bind(o):o[name];
const $isBuffer=(o)=>$.ObjectGetPrototypeOf(o)===$bufferPrototype,$bufferPrototype=Buffer.prototype;
const $ofBuffer={__proto__:null};for(const name of ${JSON.stringify([...OF_BUFFERS])})$ofBuffer[name]=$.uncurryThis(Buffer.prototype[name]);
`;

/** `$.Name` → `$Name`, a constant: looking names up in the object that holds them all is slow. */
function takePrimordials(code: string): string {
  const names = new Set<string>();
  const taken = code.replaceAll(/\$\.(\w+)/g, (_, name: string) => {
    names.add(name);
    return `$${name}`;
  });
  const constants = [...names].map((name) => `${name}:$${name}`).join(",");
  return `const {${constants}}=bootArguments.primordials;${taken}`;
}

function helperCode({ name, count, isOptional }: Helper): string {
  const names = Array.from({ length: count === "s" ? 0 : count }, (_, i) => `,a${i}`).join("");
  const args = count === "s" ? ",...$iterate(a)" : names;
  const guard = isOptional ? "o===undefined||o===null?undefined:" : "";
  return `(o${count === "s" ? ",...a" : names})=>${guard}${Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : branches(name, args)}`;
}

function branches(name: string, args: string): string {
  const upper = name[0]!.toUpperCase() + name.slice(1);
  const buffers = OF_BUFFERS.has(name)
    ? `$.ArrayBufferIsView(o)&&$isBuffer(o)?$ofBuffer.${name}(o${args}):`
    : "";
  const types = (Object.hasOwn(METHODS, name) ? METHODS[name]! : []).map(
    (type) => `${IS_TYPE[type]}?$.${type}Prototype${upper}(o${args}):`,
  );
  return `${buffers}${types.join("")}o.${name}(${args.slice(1)})`;
}

const FROM_ITERABLES = new Set(["all", "from", "fromEntries"]);
const OF_ITERABLES = new Set(["Float64Array", "Map", "Set", "Uint8Array"]);

/** Object.fromEntries, Uint8Array.from, new Map … */
function takesIterable(callee: AnyNode): boolean {
  if (callee.type === "Identifier") return OF_ITERABLES.has(callee.name);
  if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return false;
  const { object, property } = callee;
  // Buffer.from() reads lists by index.
  if (object.name === "Buffer") return false;
  return STATICS.has(object.name) && property.type === "Identifier" && FROM_ITERABLES.has(property.name);
}

const hasRest = (node: AnyNode): boolean =>
  node.type === "ArrayPattern" && node.elements.some((element) => element?.type === "RestElement");

/** Whether the expression is part of an optional chain, which may end early. */
function isOptional(node: AnyNode): boolean {
  if (node.type === "MemberExpression") return node.optional || isOptional(node.object);
  if (node.type === "CallExpression") return node.optional || isOptional(node.callee);
  return false;
}

function isNode(value: unknown): value is AnyNode {
  return typeof (value as AnyNode | null)?.type === "string";
}
