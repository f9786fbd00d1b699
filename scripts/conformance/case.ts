/** File data in a vector: text, or bytes in base64. */
export type Data = string | { base64: string };

export interface FileSpec {
  data: Data;
  mode?: number;
  /** Seconds since the epoch. */
  mtime?: number;
}

export interface Case {
  id: string;
  name: string;
  code: string;
  /** Absent: `code` is fed on standard input. */
  stdin?: Data;
  cwd: string;
  env: Record<string, string>;
  dirs: Record<string, { mode?: number; mtime?: number }>;
  files: Record<string, FileSpec>;
  links: Record<string, string>;
  expect: Record<string, unknown>;
}

export interface Suite {
  suite: string;
  helpers: Record<string, FileSpec>;
  cases: Case[];
}

export interface Outcome {
  ok: boolean;
  reason?: string;
  status?: number;
  /** The worker is gone. */
  hung?: boolean;
}

export const bytesOf = (data: Data): Buffer =>
  typeof data === "string" ? Buffer.from(data, "utf8") : Buffer.from(data.base64, "base64");
