// What passes between the kernel and the worker threads of a guest, over two streams that all of them share:
//   packets     threads → kernel:      u32 length of what follows · u32 thread · bytes of the thread's calls stream
//   deliveries  kernel → switchboard:  u32 length of what follows · u32 thread · u32 kind · bytes
// The main thread has streams of its own. A packet is one write of a few kilobytes, which the systems do not mix with those
// of other threads; so no thread waits for another, and one that is ended in the middle leaves the stream whole.

export const REQUESTS_FD = 5;
export const DELIVERIES_FD = 6;

/** Length and thread. */
export const PACKET_HEAD = 8;
/** Source: Linux, unix_stream_sendmsg(): an skb holds 32 KiB and more. */
export const LONGEST_PACKET = 32_768;

/** Length, thread and kind. */
export const DELIVERY_HEAD = 12;
export const Delivery = { reply: 0, event: 1 } as const;

/** Packets with this number come from the switchboard: the u32 behind the head names a thread that has ended. */
export const SWITCHBOARD = 0;
