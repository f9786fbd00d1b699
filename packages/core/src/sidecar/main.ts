// The sidecar process. It lives as long as the app holds its end of the channel.

import { Socket } from "node:net";
import { CHANNEL_FD } from "./host-process.ts";
import { SidecarServer } from "./server.ts";

const socket = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
new SidecarServer(socket, () => process.exit(0));
