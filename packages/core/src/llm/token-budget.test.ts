import { expect, it } from "vitest";
import { TokenBudget } from "./token-budget.ts";

it("the request that crosses the budget is the last", () => {
  const budget = new TokenBudget(100);
  budget.begin("a", 10)!(99);
  budget.begin("a", 10)!(50);
  expect(budget.begin("a", 10)).toBeUndefined();
  expect(budget.used("a")).toBe(149);
});

it("requests that run at once cannot together go far beyond it", () => {
  const budget = new TokenBudget(100);
  const one = budget.begin("a", 80)!;
  const other = budget.begin("a", 80)!;
  expect(budget.begin("a", 80)).toBeUndefined();
  one(10);
  other(10);
  expect(budget.begin("a", 80)).toBeDefined();
});

it("each session has its own, and without a maximum there is no end", () => {
  const budget = new TokenBudget(10);
  budget.begin("a", 1)!(10);
  expect(budget.begin("a", 1)).toBeUndefined();
  expect(budget.begin("b", 1)).toBeDefined();
  const free = new TokenBudget(undefined);
  free.begin("a", 1)!(1e12);
  expect(free.begin("a", 1)).toBeDefined();
});
