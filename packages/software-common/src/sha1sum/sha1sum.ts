import { digestProgram } from "../checksum/digest-program.ts";

export default digestProgram({ name: "sha1sum", algorithm: "sha1", tag: "SHA1", length: 40 });
