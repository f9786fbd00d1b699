// Sizes, lengths and counts derived from an expression's tree.

import type { RegexNode } from "./ast.ts";

export function childrenOf(node: RegexNode): readonly RegexNode[] {
  if (node.type === "sequence" || node.type === "choice") return node.items;
  return node.type === "repeat" || node.type === "group" || node.type === "look" ? [node.body] : [];
}

/** The items in a row, without the groups around them. */
export function flatten(node: RegexNode): RegexNode[] {
  if (node.type === "group") return flatten(node.body);
  return node.type === "sequence" ? node.items.flatMap(flatten) : [node];
}

/** Whether it matches the empty string anywhere. */
export function isSkippable(node: RegexNode): boolean {
  return node.type === "empty" || (node.type === "repeat" && node.min === 0);
}

export function sizeOf(node: RegexNode): number {
  const inner = childrenOf(node).reduce((sum, child) => sum + sizeOf(child), 1);
  return node.type === "repeat" ? inner * Math.max(1, node.max === Infinity ? node.min : node.max) : inner;
}

/** The length of every match, where they are all the same. */
export function lengthOf(node: RegexNode): number | undefined {
  switch (node.type) {
    case "empty":
    case "assert":
      return 0;
    case "set":
      return 1;
    case "group":
      return lengthOf(node.body);
    case "sequence":
      return node.items.reduce<number | undefined>((sum, item) => addLengths(sum, lengthOf(item)), 0);
    case "choice": {
      const lengths = new Set(node.items.map(lengthOf));
      return lengths.size === 1 ? [...lengths][0] : undefined;
    }
    case "repeat": {
      const inner = lengthOf(node.body);
      return node.min === node.max && inner !== undefined ? inner * node.min : undefined;
    }
    default:
      return undefined;
  }
}

const addLengths = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

/** How many different paths lead through it; Infinity if it contains an unbounded loop. */
export function waysOf(node: RegexNode): number {
  switch (node.type) {
    case "sequence":
      return node.items.reduce((product, item) => product * waysOf(item), 1);
    case "choice":
      return node.items.reduce((sum, item) => sum + waysOf(item), 0);
    case "group":
      return waysOf(node.body);
    case "repeat": {
      if (node.max === Infinity) return Infinity;
      const inner = waysOf(node.body);
      let ways = 0;
      for (let count = node.min; count <= node.max; count++) ways += inner ** count;
      return ways;
    }
    default:
      return 1;
  }
}

/** How many characters the parts outside of unbounded loops can pass over. */
export function overlapOf(items: readonly RegexNode[]): number {
  return items.reduce((sum, item) => sum + boundedLength(item), 0);
}

export function boundedLength(node: RegexNode): number {
  if (node.type === "set") return 1;
  if (node.type === "repeat") return node.max === Infinity ? 0 : node.max * boundedLength(node.body);
  return overlapOf(childrenOf(node));
}
