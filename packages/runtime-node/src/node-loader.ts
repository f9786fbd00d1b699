// What exec asks for when /usr/bin/node is to run.

import type { ImageLoader } from "@agentos/kernel";
import { NodeImage } from "./node-image.ts";

const loader: ImageLoader = { load: () => new NodeImage() };

export default loader;
