import { encodingProgram } from "../encoding/encoding-program.ts";
import { BASE64 } from "../encoding/radix-coder.ts";

export default encodingProgram("base64", BASE64);
