export { defineProgram, PROGRAM_VERSION } from "./define-program.ts";
export { helpText } from "./help.ts";
export { allocateTextBuffer, type TextBuffer } from "./host-bytes.ts";
export { LineReader, latin1ToOsString, osStringToLatin1 } from "./line-reader.ts";
export { errorText, fail, quoteName, UsageError, warn } from "./messages.ts";
export { longNames, parseOptions } from "./parse-options.ts";
export {
  type PollRequest,
  type Proc,
  ProcessExit,
  type ProcessInfo,
  type ResourceUsage,
  type SignalAction,
  type SpawnOptions,
  type SystemName,
  type WaitResult,
} from "./proc.ts";
export type {
  Arguments,
  OptionSpec,
  OptionsSpec,
  OptionValues,
  Program,
  ProgramDefinition,
} from "./program.ts";
export { openInput, Reader } from "./reader.ts";
export {
  type AgentInstructions,
  type CommandSource,
  defineSoftware,
  type ModuleSource,
  type Software,
  type SoftwareAgent,
  type SoftwareDefinition,
  type SoftwareFormat,
  type Wall,
  type WallName,
} from "./software.ts";
export { stderr, stdout, usedStdout, Writer } from "./writer.ts";
