// Schemas shared by the options of several calls.

import { z } from "zod";

export const absolutePath = z
  .string()
  .startsWith("/", "must be an absolute path")
  .refine((path) => !path.includes("\0"), "must not contain NUL");

export const environment = z.record(
  z
    .string()
    .refine((name) => !/[=\0]/.test(name) && name !== "", "names must not be empty or contain = or NUL"),
  z.string().refine((value) => !value.includes("\0"), "must not contain NUL"),
);

/** What timers accept. */
export const milliseconds = z
  .number()
  .positive()
  .max(2 ** 31 - 1);

const cells = z.number().int().min(1).max(0xffff);
export const terminalSize = z.strictObject({ cols: cells, rows: cells });
