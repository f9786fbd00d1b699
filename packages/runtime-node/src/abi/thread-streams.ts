// What passes between the kernel and the worker threads of a guest, over two streams that all of them share:
//   packets     threads → kernel:      u32 length of what follows · u32 thread · bytes of the thread's calls stream
//   deliveries  kernel → switchboard:  u32 length of what follows · u32 thread · u32 kind · bytes
// The main thread has streams of its own. A packet is written by one call and only a few kilobytes long, so that the
// system does not mix it with others. So no thread waits for another, and one that is terminated leaves the stream whole.

export const REQUESTS_FD = 5;
export const DELIVERIES_FD = 6;

/** Length and thread. */
export const PACKET_HEAD = 8;
/** The system keeps writes of this size together. Source: Linux, unix_stream_sendmsg(): an skb holds at least 32 KiB. */
export const LONGEST_PACKET = 32_768;

/** Length, thread and kind. */
export const DELIVERY_HEAD = 12;
export const Delivery = { reply: 0, event: 1 } as const;

/** The thread number of packets from the switchboard, whose content is a u32: the number of a thread that has ended. */
export const SWITCHBOARD = 0;
