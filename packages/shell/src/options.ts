// The shell's switches: `set -o` options and `shopt` options, as plain objects for speed.

/** `set -o` names with the letters they have; in the order `set -o` lists them. */
export const SET_OPTIONS = {
  allexport: "a",
  braceexpand: "B",
  emacs: "",
  errexit: "e",
  errtrace: "E",
  functrace: "T",
  hashall: "h",
  histexpand: "H",
  history: "",
  ignoreeof: "",
  "interactive-comments": "",
  keyword: "k",
  monitor: "m",
  noclobber: "C",
  noexec: "n",
  noglob: "f",
  nolog: "",
  notify: "b",
  nounset: "u",
  onecmd: "t",
  physical: "P",
  pipefail: "",
  posix: "",
  privileged: "p",
  verbose: "v",
  vi: "",
  xtrace: "x",
} as const;

export type SetOption = keyof typeof SET_OPTIONS;

/** `shopt` names and what they start with in a script, in the order `shopt` lists them. */
const SHOPT_DEFAULTS = {
  autocd: false,
  assoc_expand_once: false,
  cdable_vars: false,
  cdspell: false,
  checkhash: false,
  checkjobs: false,
  checkwinsize: true,
  cmdhist: true,
  compat31: false,
  compat32: false,
  compat40: false,
  compat41: false,
  compat42: false,
  compat43: false,
  compat44: false,
  complete_fullquote: true,
  direxpand: false,
  dirspell: false,
  dotglob: false,
  execfail: false,
  expand_aliases: false,
  extdebug: false,
  extglob: false,
  extquote: true,
  failglob: false,
  force_fignore: true,
  globasciiranges: true,
  globskipdots: true,
  globstar: false,
  gnu_errfmt: false,
  histappend: false,
  histreedit: false,
  histverify: false,
  hostcomplete: true,
  huponexit: false,
  inherit_errexit: false,
  interactive_comments: true,
  lastpipe: false,
  lithist: false,
  localvar_inherit: false,
  localvar_unset: false,
  login_shell: false,
  mailwarn: false,
  no_empty_cmd_completion: false,
  nocaseglob: false,
  nocasematch: false,
  noexpand_translation: false,
  nullglob: false,
  patsub_replacement: true,
  progcomp: true,
  progcomp_alias: false,
  promptvars: true,
  restricted_shell: false,
  shift_verbose: false,
  sourcepath: true,
  varredir_close: false,
  xpg_echo: false,
};

export type ShoptOption = keyof typeof SHOPT_DEFAULTS;
export const SHOPT_OPTIONS = Object.keys(SHOPT_DEFAULTS) as ShoptOption[];

export type SetOptions = Record<SetOption, boolean>;
export type ShoptOptions = Record<ShoptOption, boolean>;

/** As a script's shell starts. */
export function defaultSetOptions(): SetOptions {
  const options = Object.fromEntries(Object.keys(SET_OPTIONS).map((name) => [name, false])) as SetOptions;
  options.braceexpand = true;
  options.hashall = true;
  options["interactive-comments"] = true;
  return options;
}

export function defaultShoptOptions(): ShoptOptions {
  return { ...SHOPT_DEFAULTS };
}

export function isSetOption(name: string): name is SetOption {
  return Object.hasOwn(SET_OPTIONS, name);
}

export function isShoptOption(name: string): name is ShoptOption {
  return Object.hasOwn(SHOPT_DEFAULTS, name);
}

const BY_LETTER = new Map(
  (Object.keys(SET_OPTIONS) as SetOption[])
    .filter((name) => SET_OPTIONS[name] !== "")
    .map((name) => [SET_OPTIONS[name] as string, name]),
);

/** The `set -o` option of a letter: "errexit" for "e". */
export function optionOfLetter(letter: string): SetOption | undefined {
  return BY_LETTER.get(letter);
}

/** The letters of the options that are on, in the order $- has them. */
export function optionLetters(options: SetOptions): string {
  let letters = "";
  for (const letter of "abefhkmnptuvxBCEHPT") if (options[BY_LETTER.get(letter)!]) letters += letter;
  return letters;
}

/** The value of $SHELLOPTS. */
export function shellOpts(options: SetOptions): string {
  return (Object.keys(SET_OPTIONS) as SetOption[]).filter((name) => options[name]).join(":");
}

/** The value of $BASHOPTS. */
export function bashOpts(options: ShoptOptions): string {
  return SHOPT_OPTIONS.filter((name) => options[name]).join(":");
}
