// The builtins that need only the state of the shell, not the interpreter.

import { alias, unalias } from "./alias.ts";
import { bind } from "./bind.ts";
import type { Builtin } from "./builtin.ts";
import { caller } from "./caller.ts";
import { command } from "./command.ts";
import { compgen, complete, compopt } from "./complete.ts";
import { dirs, popd, pushd } from "./directory-stack.ts";
import { echo } from "./echo.ts";
import { enable } from "./enable.ts";
import { fc } from "./fc.ts";
import { getopts } from "./getopts.ts";
import { hash } from "./hash.ts";
import { help } from "./help.ts";
import { history } from "./history.ts";
import { kill } from "./kill.ts";
import { letBuiltin } from "./let.ts";
import { mapfile, readarray } from "./mapfile.ts";
import { printf } from "./printf.ts";
import { read } from "./read.ts";
import { shopt } from "./shopt.ts";
import { logout, suspend } from "./suspend.ts";
import { bracket, test } from "./test.ts";
import { times } from "./times.ts";
import { type } from "./type.ts";
import { ulimit } from "./ulimit.ts";
import { umask } from "./umask.ts";

export const SELF_CONTAINED: readonly Builtin[] = [
  alias,
  bind,
  bracket,
  caller,
  command,
  compgen,
  complete,
  compopt,
  dirs,
  echo,
  enable,
  fc,
  getopts,
  hash,
  help,
  history,
  kill,
  letBuiltin,
  logout,
  mapfile,
  popd,
  printf,
  pushd,
  read,
  readarray,
  shopt,
  suspend,
  test,
  times,
  type,
  ulimit,
  umask,
  unalias,
];
