/**
 * The words of the command line, then standard input if the last word is "-" or there are no words. @returns "" if
 * there is no prompt
 */
export async function promptText(words: readonly string[]): Promise<string> {
  const fromInput = words.at(-1) === "-" || (words.length === 0 && !process.stdin.isTTY);
  const said = (words.at(-1) === "-" ? words.slice(0, -1) : words).join(" ");
  if (!fromInput) return said.trim();
  let input = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;
  return [said, input].filter((text) => text.trim() !== "").join("\n\n");
}
