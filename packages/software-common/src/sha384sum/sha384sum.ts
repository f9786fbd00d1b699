import { digestProgram } from "../checksum/digest-program.ts";

export default digestProgram({ name: "sha384sum", algorithm: "sha384", tag: "SHA384", length: 96 });
