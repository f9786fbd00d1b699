import { digestProgram } from "../checksum/digest-program.ts";

export default digestProgram({ name: "b2sum", algorithm: "blake2b512", tag: "BLAKE2b", length: 128 });
