import { KIND } from "./alphabet.ts";

/** Whether assertion number `assert` (see ASSERTS) holds between characters of the kinds `before` and `after`. */
export function assertionHolds(assert: number, before: number, after: number, multiline: boolean): boolean {
  switch (assert) {
    case 0:
      return before === KIND.edge || (multiline && before === KIND.newline);
    case 1:
      return after === KIND.edge || (multiline && after === KIND.newline);
    case 2:
      return before === KIND.edge;
    case 3:
      return after === KIND.edge;
    case 4:
      return before !== KIND.word && after === KIND.word;
    case 5:
      return before === KIND.word && after !== KIND.word;
    case 6:
      return (before === KIND.word) !== (after === KIND.word);
    case 7:
      return (before === KIND.word) === (after === KIND.word);
    case 8:
      return before !== KIND.word;
    default:
      return after !== KIND.word;
  }
}
