// Flow control: how many bytes of a flow may be under way between guest and kernel. Both ends keep to it.

/** The most bytes sent, or announced, that the other end has not taken yet. */
export const FLOW_WINDOW = 262_144;
/** After taking this many bytes, an end tells the other. */
export const FLOW_ACKNOWLEDGED = 65_536;
/** The most bytes that one message may carry out. */
export const LONGEST_FLOW_WRITE = 65_536;
/** The window of a pipe, which is only read and is therefore announced in larger steps. */
export const PIPE_WINDOW = 1_048_576;
export const PIPE_ACKNOWLEDGED = 262_144;
