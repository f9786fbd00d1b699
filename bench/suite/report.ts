export interface Row {
  name: string;
  /** Median milliseconds by subject: sidecar, inline, host, just-bash. */
  ms: Record<string, number>;
  kb?: number;
  note?: string;
  target: string;
  met: boolean;
}

const SUBJECTS = ["sidecar", "inline", "host", "just-bash"];

const number = (value: number | undefined): string =>
  value === undefined ? "" : value < 10 ? value.toFixed(2) : value.toFixed(0);

/** A table in Markdown: milliseconds, the ratio to the host, the target. */
export function table(rows: readonly Row[]): string {
  const lines = [
    `| work | ${SUBJECTS.map((name) => `${name} ms`).join(" | ")} | sidecar ÷ host | target | |`,
    `|---|${SUBJECTS.map(() => "--:").join("|")}|--:|---|---|`,
  ];
  for (const { name, ms, kb, note, target, met } of rows) {
    const ratio = ms.host && ms.sidecar ? (ms.sidecar / ms.host).toFixed(2) : "";
    const detail = [kb === undefined ? undefined : `${kb.toFixed(0)} KB`, note].filter(Boolean).join(", ");
    const cells = SUBJECTS.map((subject) => number(ms[subject]));
    lines.push(
      `| ${name.replaceAll("|", "\\|")}${detail ? ` (${detail})` : ""} | ${cells.join(" | ")} | ${ratio} | ${target} | ${met ? "met" : "missed"} |`,
    );
  }
  return `${lines.join("\n")}\n`;
}
