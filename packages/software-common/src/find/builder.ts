import type { Proc } from "@agentos/kernel/program";
import type { GlobalOptions, Test } from "./expression.ts";

/** A mistake in the expression; its text is the whole message. */
export class FindError extends Error {}

/** What a primary is built from. */
export interface Builder {
  readonly proc: Proc;
  /** The working directory at the start: the walk may go elsewhere. */
  readonly origin: string;
  /** The primary's name, for messages. */
  name: string;
  readonly global: GlobalOptions;
  /** Whether links are followed (-L), for tests that read other files. */
  readonly follow: boolean;
  readonly startNs: bigint;
  /** The syntax that -regextype chose for the tests behind it. */
  regexType: string;
  /** The next argument. @throws FindError if there is none */
  argument(): string;
  /** All arguments up to one that `ends` accepts. */
  argumentsUntil(ends: (argument: string, previous: string | undefined) => boolean): string[];
  /** To run before the walk. */
  atStart(prepare: () => Promise<void>): void;
  /** To run at the end; answers false if something failed. */
  atEnd(finish: () => Promise<boolean>): void;
  /** Marks that an action stands in the expression: no implied -print. */
  acted(): void;
}

export type Primary = (builder: Builder) => Test;
