// The tree back to source, as `declare -f`, `type` and `jobs` show it: bash's own layout, so that output compares equal.
// @see bash's print_cmd.c for the layout's rules

import type {
  AndOr,
  ArithExpression,
  Assignment,
  Command,
  CompoundCommand,
  FunctionDefinition,
  List,
  ListItem,
  Pipeline,
  Redirect,
  SimpleCommand,
  Word,
} from "../ast.ts";
import { printConditional } from "./conditional.ts";

const STEP = 4;

/** `name () { … }` as `declare -f` prints it, without a newline at the end. */
export function printFunction(definition: FunctionDefinition): string {
  const printer = new Printer();
  printer.topFunction(definition);
  return printer.text;
}

/** A command as `jobs` and $BASH_COMMAND show it. */
export function printCommand(command: Command): string {
  const printer = new Printer();
  printer.command(command);
  printer.hereDocuments();
  return printer.text;
}

/** The text of $BASH_COMMAND: for a loop or `case`, only its beginning. */
export function describe(node: Command | ArithExpression): string {
  if (!("type" in node)) return `((${node.word.text}))`;
  if (node.type === "for") return forHeader(node);
  if (node.type === "case") return caseHeader(node);
  return node.type === "arith-command" ? `((${node.expression.word.text}))` : printCommand(node);
}

/** @see xtrace, which shows it at each turn */
export function forHeader({ name, words }: CompoundCommand & { type: "for" }): string {
  return `for ${name} in ${words ? words.map((word) => word.text).join(" ") : '"$@"'}`;
}

export function caseHeader({ word }: CompoundCommand & { type: "case" }): string {
  return `case ${word.text} in`;
}

export function printPipeline(pipeline: Pipeline): string {
  const printer = new Printer();
  printer.pipeline(pipeline);
  printer.hereDocuments();
  return printer.text;
}

export function printAndOr(andOr: AndOr): string {
  const printer = new Printer();
  printer.andOr(andOr);
  printer.hereDocuments();
  return printer.text;
}

export function printList(list: List): string {
  const printer = new Printer();
  printer.list(list);
  printer.hereDocuments();
  return printer.text;
}

export function printAssignment(assignment: Assignment): string {
  const { name, subscript, append, value } = assignment;
  const target = `${name}${subscript ? `[${subscript.text}]` : ""}${append ? "+=" : "="}`;
  if (!Array.isArray(value)) return target + value.text;
  const elements = value.map((element) =>
    element.key
      ? `[${element.key.text}]${element.append ? "+=" : "="}${element.value.text}`
      : element.value.text,
  );
  return `${target}(${elements.join(" ")})`;
}

class Printer {
  text = "";
  private indentation = 0;
  private functions = 0;
  private pending: Redirect[] = [];
  /** A here-document has just been printed, so what follows must begin a new line. */
  private afterDocument = false;

  // ── lists ────────────────────────────────────────────────────────────

  list(list: List): void {
    for (const [index, item] of list.items.entries()) {
      const last = index === list.items.length - 1;
      // Inside functions every command of a list has its line; those after & share it.
      const shares = index > 0 && (this.functions === 0 || list.items[index - 1]!.background);
      if (index > 0 && !shares) this.indent();
      this.item(item, last);
    }
  }

  private item(item: ListItem, last: boolean): void {
    this.andOr(item.command);
    if (item.background) {
      this.hereDocuments(" &");
      if (!last) this.text += " ";
    } else if (!last) this.separate();
  }

  private separate(): void {
    if (this.pending.length > 0) this.hereDocuments(this.functions > 0 ? "" : ";");
    else if (!this.afterDocument) this.text += ";";
    this.afterDocument = false;
    this.text += this.functions > 0 ? "\n" : " ";
  }

  andOr(andOr: AndOr): void {
    this.pipeline(andOr.first);
    for (const { operator, pipeline } of andOr.rest) {
      this.hereDocuments(` ${operator} `);
      this.pipeline(pipeline);
    }
  }

  pipeline(pipeline: Pipeline): void {
    if (pipeline.timed) this.text += pipeline.timed.posix ? "time -p " : "time ";
    if (pipeline.negated) this.text += "! ";
    for (const [index, command] of pipeline.commands.entries()) {
      this.command(command);
      if (index === pipeline.commands.length - 1) break;
      if (pipeline.stageStderr[index]) this.text += " 2>&1";
      this.hereDocuments(" |");
      this.text += this.afterDocument ? "  " : " ";
    }
  }

  // ── commands ─────────────────────────────────────────────────────────

  command(command: Command): void {
    if (command.type === "simple") this.simple(command);
    else if (command.type === "function") this.nestedFunction(command);
    else {
      this.compound(command);
      this.redirects(command.redirects);
    }
  }

  private simple(command: SimpleCommand): void {
    const words = command.assignments.map(printAssignment);
    for (const word of command.words) words.push(printWord(word));
    this.text += words.join(" ");
    this.redirects(command.redirects, words.length > 0);
  }

  topFunction({ name, body }: FunctionDefinition): void {
    this.text += `${name} () \n`;
    this.functionBody(body);
  }

  private nestedFunction({ name, body }: FunctionDefinition): void {
    this.text += `function ${name} () \n`;
    this.indent();
    this.functionBody(body);
  }

  private functionBody(body: Command): void {
    this.text += "{ \n";
    this.functions++;
    this.indentation += STEP;
    this.indent();
    const redirects = body.type === "function" ? [] : body.redirects;
    if (body.type === "group") this.list(body.body);
    else if (body.type !== "function" && body.type !== "simple") this.compound(body);
    this.hereDocuments();
    this.functions--;
    this.indentation -= STEP;
    this.newline("}");
    this.redirects(redirects);
  }

  private compound(command: CompoundCommand): void {
    switch (command.type) {
      case "group":
        this.group(command.body);
        return;
      case "subshell":
        this.text += "( ";
        this.list(command.body);
        this.hereDocuments();
        this.text += " )";
        return;
      case "if":
        this.conditionals(command.clauses, command.otherwise);
        return;
      case "while":
        this.text += command.until ? "until " : "while ";
        this.list(command.condition);
        this.semicolon();
        this.text += " do\n";
        this.loopBody(command.body);
        return;
      case "for":
      case "select":
        this.text += `${command.type} ${command.name} in ${command.words?.map(printWord).join(" ") ?? '"$@"'};`;
        this.newline("do\n");
        this.loopBody(command.body);
        return;
      case "arith-for": {
        const parts = [command.init, command.condition, command.step];
        this.text += `for ((${parts.map((part) => part?.word.text.trim() ?? "1").join("; ")}))`;
        this.newline("do\n");
        this.loopBody(command.body);
        return;
      }
      case "case":
        this.cases(command);
        return;
      case "arith-command":
        this.text += `((${command.expression.word.text}))`;
        return;
      case "conditional":
        this.text += `[[ ${printConditional(command.expression)} ]]`;
        return;
      case "coproc":
        // Before a simple command, a name would be taken for its first word.
        this.text += command.body.type === "simple" ? "coproc " : `coproc ${command.name} `;
        this.command(command.body);
        return;
    }
  }

  private group(body: List): void {
    this.text += "{ ";
    if (this.functions === 0) {
      this.list(body);
      this.hereDocuments();
      this.semicolon();
      this.text += " }";
      return;
    }
    this.text += "\n";
    this.indentation += STEP;
    this.indent();
    this.list(body);
    this.hereDocuments();
    this.indentation -= STEP;
    this.newline("}");
  }

  private conditionals(clauses: { condition: List; body: List }[], otherwise: List | undefined): void {
    const [first, ...rest] = clauses;
    this.text += "if ";
    this.list(first!.condition);
    this.semicolon();
    this.text += " then\n";
    this.indented(first!.body);
    if (rest.length > 0 || otherwise) {
      this.semicolon();
      this.newline("else\n");
      if (rest.length > 0) {
        this.indentation += STEP;
        this.indent();
        this.conditionals(rest, otherwise);
        this.indentation -= STEP;
      } else this.indented(otherwise!);
    }
    this.semicolon();
    this.newline("fi");
  }

  private cases(command: Extract<CompoundCommand, { type: "case" }>): void {
    const ends = { break: ";;", fallthrough: ";&", continue: ";;&" } as const;
    this.text += `case ${command.word.text} in `;
    this.indentation += STEP;
    for (const clause of command.clauses) {
      const patterns = clause.patterns.map((pattern) => pattern.text).join(" | ");
      this.newline(`${clause.patterns[0]!.text === "esac" ? "(" : ""}${patterns})\n`);
      this.indented(clause.body);
      this.newline(ends[clause.terminator]);
    }
    this.indentation -= STEP;
    this.newline("esac");
  }

  private loopBody(list: List): void {
    this.indented(list);
    this.semicolon();
    this.newline("done");
  }

  private indented(list: List): void {
    this.indentation += STEP;
    if (list.items.length > 0) this.indent();
    this.list(list);
    this.hereDocuments();
    this.indentation -= STEP;
  }

  // ── redirections ─────────────────────────────────────────────────────

  private redirects(redirects: Redirect[], leadingSpace = true): void {
    for (const [index, redirect] of redirects.entries()) {
      if (leadingSpace || index > 0) this.text += " ";
      this.text += printRedirect(redirect);
      if (redirect.heredoc) this.pending.push(redirect);
    }
  }

  /** The bodies of the here-documents whose operators stand on this line, after `rest` of the line. */
  hereDocuments(rest = ""): void {
    this.text += rest;
    if (this.pending.length === 0) return;
    this.text += "\n";
    for (const { heredoc, target } of this.pending) {
      this.text += `${heredoc!.text}${unquoted(target)}\n`;
    }
    this.pending = [];
    this.afterDocument = true;
  }

  // ── layout ───────────────────────────────────────────────────────────

  private indent(): void {
    this.text += " ".repeat(this.indentation);
  }

  private newline(text: string): void {
    if (!this.text.endsWith("\n") || !this.afterDocument) this.text += "\n";
    this.afterDocument = false;
    this.indent();
    this.text += text;
  }

  private semicolon(): void {
    if (this.pending.length > 0) this.hereDocuments();
    if (!this.text.endsWith("&") && !this.text.endsWith("\n")) this.text += ";";
  }
}

/** A word as written; within declaration arguments an array value is normalised as assignments are. */
function printWord(word: Word): string {
  return word.assignment && Array.isArray(word.assignment.value)
    ? printAssignment(word.assignment)
    : word.text;
}

function printRedirect({ fd, operator, target }: Redirect): string {
  const number = typeof fd === "object" ? `{${fd.variable}}` : fd;
  if (operator === "<<" || operator === "<<-") {
    const delimiter = unquoted(target);
    const shown = delimiter === target.text ? delimiter : `'${delimiter}'`;
    return `${number === 0 ? "" : (number ?? "")}${operator}${shown}`;
  }
  if (operator === ">&" || operator === "<&") {
    return `${number ?? (operator === ">&" ? 1 : 0)}${operator}${target.text}`;
  }
  const standard = operator.startsWith("<") ? 0 : 1;
  return `${number === undefined || number === standard ? "" : number}${operator} ${target.text}`;
}

function unquoted(word: Word): string {
  return word.text.replace(/\\(.)|['"]/g, "$1");
}
