import { describe, expect, it } from "vitest";
import { MODES } from "../../../../tests/support/vm.ts";
import { answer, create, kitOf, weather } from "./kits.ts";

describe.each(MODES)("host tools (%s)", (mode) => {
  it("are commands whose flags come from the schema", async () => {
    const vm = await create(mode, [weather]);
    const { stdout, exitCode } = await vm.exec("agentos-weather forecast --city Paris --days 2");
    expect(stdout).toBe('{"ok":true,"result":{"city":"Paris","days":2,"withWind":false}}\n');
    expect(exitCode).toBe(0);
    expect(await answer(vm, "agentos-weather now")).toMatchObject({ ok: true, result: "sunny" });
    expect((await vm.exec("command -v agentos-weather")).stdout).toMatch(/bin\/agentos-weather\n$/);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ["--name=value", "--city=Paris", { city: "Paris" }],
    ["a value that begins with dashes", "--city=--days", { city: "--days" }],
    ["negative numbers", "--city x --hours -3 --hours 4.5", { hours: [-3, 4.5] }],
    ["a boolean flag", "--city x --with-wind", { withWind: true }],
    ["a negated boolean flag", "--with-wind --no-with-wind --city x", { withWind: false }],
    ["a boolean with a value", "--with-wind false --city x", { withWind: false }],
    ["the field's own name", "--city x --withWind", { withWind: true }],
    ["an enum", "--city x --unit fahrenheit", { unit: "fahrenheit" }],
    ["repeated flags", "--city x --tags a --tags 'b c'", { tags: ["a", "b c"] }],
    ["a JSON array", `--city x --hours '[1,2]'`, { hours: [1, 2] }],
    ["a nested object", `--city x --area '{"lat":1,"lon":2}'`, { area: { lat: 1, lon: 2 } }],
    ["a date", "--city x --after 2026-01-02", { after: "2026-01-02T00:00:00.000Z" }],
    ["text that looks like a number", "--city 123 --station 42", { city: "123", station: "42" }],
    ["a boolean or a word", "--city x --cache auto", { cache: "auto" }],
    ["a boolean or a word, without a value", "--cache --city x", { cache: true }],
    ["null", "--city x --station null", { station: null }],
    ["text or an object, as text", "--city x --source 5", { source: "5" }],
    ["text or an object, as an object", `--city x --source '{"url":"u"}'`, { source: { url: "u" } }],
    ["--json", `--json '{"city":"Rome","days":1}'`, { city: "Rome", days: 1 }],
    ["flags over --json", `--json '{"city":"Rome","days":1}' --days 2`, { city: "Rome", days: 2 }],
    ["text that is not ASCII", "--city Zürich", { city: "Zürich" }],
    ["an empty string", "--city ''", { city: "" }],
  ])("take %s", async (_name, args, expected) => {
    const vm = await create(mode, [weather]);
    const { ok, result } = await answer(vm, `agentos-weather forecast ${args}`);
    expect(ok).toBe(true);
    expect(result).toMatchObject(expected);
  });

  it("take JSON from standard input, of a pipe or a file, if they are given nothing else", async () => {
    const vm = await create(mode, [weather]);
    const expected = { ok: true, result: { city: "Oslo", days: 3 } };
    const tool = "agentos-weather forecast";
    expect(await answer(vm, `echo '{"city":"Oslo"}' | ${tool}`)).toMatchObject(expected);
    expect(await answer(vm, tool, '{"city":"Oslo"}')).toMatchObject(expected);
    expect(await answer(vm, `${tool} <<< '{"city":"Oslo"}'`)).toMatchObject(expected);
    expect(await answer(vm, `echo '{"city":"Oslo"}' | ${tool} --json -`)).toMatchObject(expected);
    expect(await answer(vm, `echo '{"city":"Oslo"}' | ${tool} --json - --days 3`)).toMatchObject(expected);
    expect(await answer(vm, `${tool} < /dev/null`)).toMatchObject({ ok: false, error: "--city is required" });
    const loop = `printf '%s\\n' a b | while read -r city; do ${tool} --city "$city"; done`;
    expect((await vm.exec(loop)).stdout.trim().split("\n")).toHaveLength(2);
  });

  it("do not wait for an input that they can do without", async () => {
    const vm = await create(mode, [kitOf((_c, { text }) => text)]);
    const { pid } = await vm.spawn("agentos-test", ["run"]);
    expect(await vm.waitProcess(pid)).toEqual({ exitCode: 0, signal: null });
    expect(await answer(vm, `echo '{"text":"given"}' | agentos-test run`)).toMatchObject({ result: "given" });
    const late = `{ sleep 0.2; echo '{"text":"late"}'; } | agentos-test run --json -`;
    expect(await answer(vm, late)).toMatchObject({ result: "late" });
  });

  it.each([
    ["a missing flag", "", "--city is required"],
    ["a wrong number", "--city x --days many", '--days: expected a number, got "many"'],
    ["a number with a fraction", "--city x --days 1.5", "--days: expected int, received number"],
    ["a number out of range", "--city x --days 0", "--days: too small: expected number to be >=1"],
    [
      "what is neither true nor false",
      "--city x --with-wind=maybe",
      '--with-wind: expected true or false, got "maybe"',
    ],
    ["an object that is none", "--city x --area 5", '--area: expected JSON, got "5"'],
    ["a date that is none", "--city x --after 5", '--after: expected a date such as 2026-01-31, got "5"'],
    ["a wrong choice", "--city x --unit kelvin", '--unit: expected one of "celsius"|"fahrenheit"'],
    [
      "a wrong field of an object",
      `--city x --area '{"lat":1}'`,
      "--area: lon: expected number, received undefined",
    ],
    ["a wrong type in --json", `--json '{"city":1}'`, "--city: expected string, received number"],
    ["several mistakes", "--days 0", "--city is required; --days: too small: expected number to be >=1"],
    ["an unknown flag", "--cty x", "unknown flag --cty; did you mean --city?"],
    ["no value", "--city", "--city needs a value"],
    ["a flag for a value", "--city --days 3", "--city needs a value"],
    ["an operand", "Paris", 'unexpected argument "Paris"; values belong to flags: --city "Paris"'],
    ["what is not JSON", "--json '{'", /^--json is not JSON: /],
    ["JSON that is no object", "--json '[1]'", "expected object, received array"],
    ["a value for a negation", "--city x --no-with-wind=1", "--no-with-wind takes no value"],
  ])("refuse %s, naming the flag", async (_name, args, error) => {
    const vm = await create(mode, [weather]);
    expect(await answer(vm, `agentos-weather forecast ${args} < /dev/null`)).toEqual({
      ok: false,
      error: typeof error === "string" ? error : expect.stringMatching(error),
      code: "invalid-arguments",
      exitCode: 1,
    });
  });
});
