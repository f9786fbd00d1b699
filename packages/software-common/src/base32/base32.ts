import { encodingProgram } from "../encoding/encoding-program.ts";
import { BASE32 } from "../encoding/radix-coder.ts";

export default encodingProgram("base32", BASE32);
