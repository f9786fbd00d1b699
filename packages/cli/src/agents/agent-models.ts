import type { AgentOs, SessionRecord } from "@agentos/core";
import { UsageError } from "../usage-error.ts";

const MOST_SUGGESTED = 5;

/** The models that the session's agent offers, and the one in use. */
export function modelsOf({ configOptions }: SessionRecord): { current: string; names: string[] } | undefined {
  const option = configOptions?.find(({ category }) => category === "model");
  if (option?.type !== "select") return undefined;
  const values = option.options.flatMap((entry) => ("options" in entry ? entry.options : [entry]));
  return { current: option.currentValue, names: values.map(({ value }) => value) };
}

/** Chooses a model by name; the part before the last slash may be left out. @throws UsageError */
export async function chooseModel(
  vm: AgentOs,
  session: SessionRecord,
  name: string,
  command: string,
): Promise<string> {
  const { names } = modelsOf(session) ?? { names: [] };
  const found = names.find((known) => known === name) ?? names.find((known) => known.endsWith(`/${name}`));
  if (found === undefined) {
    const family = name.slice(name.lastIndexOf("/") + 1).split("-")[0]!;
    const alike = names.filter((known) => known.includes(family));
    const known = (alike.length > 0 ? alike : names).slice(0, MOST_SUGGESTED).join(", ");
    throw new UsageError(
      `${session.agentType} has no model ${JSON.stringify(name)}; it has ${known || "none"}`,
      command,
    );
  }
  await vm.setSessionModel(session, found);
  return found;
}
