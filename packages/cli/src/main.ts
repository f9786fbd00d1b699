#!/usr/bin/env node
import { cli } from "./cli.ts";

process.exitCode = await cli(process.argv.slice(2));
// Standard input may still be open; nothing more is wanted from it.
process.stdin.destroy();
