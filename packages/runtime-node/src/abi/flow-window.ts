// How much of a flow may be on its way; both ends of the channel keep to it.

/** Bytes told or sent that the other end has not taken yet. */
export const FLOW_WINDOW = 262_144;
/** The other end is told after that many. */
export const FLOW_ACKNOWLEDGED = 65_536;
/** The most that one message carries out. */
export const LONGEST_FLOW_WRITE = 65_536;
/** Of a pipe, which is only read; it is told of in larger steps. */
export const PIPE_WINDOW = 1_048_576;
export const PIPE_ACKNOWLEDGED = 262_144;
