import { digestProgram } from "../checksum/digest-program.ts";

export default digestProgram({ name: "sha224sum", algorithm: "sha224", tag: "SHA224", length: 56 });
