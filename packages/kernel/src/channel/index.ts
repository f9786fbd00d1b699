export { type CallStream, GuestChannel, type GuestChannelOptions } from "./guest.ts";
export { type GuestCall, HostChannel, type HostChannelOptions, type HostStreams } from "./host.ts";
export {
  FrameSplitter,
  FrameWriter,
  LONGEST_FRAME,
  MalformedFrame,
  readReply,
  readRequest,
  type Value,
} from "./layout.ts";
