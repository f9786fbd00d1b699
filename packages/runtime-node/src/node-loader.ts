// What exec loads to run /usr/bin/node.

import type { ImageLoader } from "@agentos/kernel";
import { NodeImage } from "./node-image.ts";

const loader: ImageLoader = { load: () => new NodeImage() };

export default loader;
