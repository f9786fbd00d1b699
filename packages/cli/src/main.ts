#!/usr/bin/env node

const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(`agentos: needs Node.js ${OLDEST_NODE} or later; this is ${process.version}\n`);
  process.exitCode = 1;
} else {
  const { cli } = await import("./cli.ts");
  process.exitCode = await cli(process.argv.slice(2));
  // Standard input may still be open, but nothing more is to be read.
  process.stdin.destroy();
}

export {};
