import { digestProgram } from "../checksum/digest-program.ts";

export default digestProgram({ name: "sha512sum", algorithm: "sha512", tag: "SHA512", length: 128 });
