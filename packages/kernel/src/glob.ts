/**
 * Whether `text` matches a glob: `*` stands for any characters but "/", `**` for any characters, `?` for one character
 * but "/". A pattern that ends in "/**" also matches the directory itself. Takes time proportional to the product of
 * both lengths.
 */
export function matchesGlob(glob: string, text: string): boolean {
  if (glob.endsWith("/**") && matchesGlob(glob.slice(0, -3), text)) return true;
  const tokens = glob.match(/\*\*|[\s\S]/g) ?? [];
  // reachable[i]: the tokens so far can match exactly the first i characters.
  let reachable = new Uint8Array(text.length + 1);
  reachable[0] = 1;
  for (const token of tokens) {
    const next = new Uint8Array(text.length + 1);
    const repeats = token === "*" || token === "**";
    if (repeats) next[0] = reachable[0]!;
    for (let i = 0; i < text.length; i++) {
      const crosses = text[i] === "/";
      if (repeats) next[i + 1] = reachable[i + 1]! | (crosses && token === "*" ? 0 : next[i]!);
      else next[i + 1] = reachable[i]! & (token === "?" ? +!crosses : +(text[i] === token));
    }
    reachable = next;
  }
  return reachable[text.length] === 1;
}
