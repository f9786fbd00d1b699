import { throwUncaught } from "../../errors.ts";
import { PermissionReplyError } from "../session-errors.ts";
import type { SessionListeners } from "../session-listeners.ts";
import type { EventLog } from "../store/event-log.ts";
import { PermissionBroker, type PermissionReply, type PermissionRequest } from "./permission-broker.ts";

/** The permission requests of one session. Each is logged, put to the app, and its reply is logged. */
export function openPermissions(
  sessionId: string,
  log: EventLog,
  listeners: SessionListeners,
): PermissionBroker {
  const broker = new PermissionBroker({
    sessionId,
    onRequest: ({ permissionId, toolCall, options }) => {
      const heard = listeners.hear(sessionId);
      log.append({ type: "permission_request", permissionId, toolCall, options });
      void decide(broker, listeners, { sessionId, permissionId, toolCall, options }, heard);
    },
    onReply: (permissionId, outcome) => log.append({ type: "permission_reply", permissionId, outcome }),
  });
  return broker;
}

/** Asks the app. If nobody could have seen the request, it is rejected. */
async function decide(
  broker: PermissionBroker,
  listeners: SessionListeners,
  request: PermissionRequest,
  heard: boolean,
): Promise<void> {
  const { permissionId } = request;
  let reply: PermissionReply | undefined;
  try {
    reply = await listeners.decide(request);
  } catch (error) {
    reply = "reject";
    throwUncaught(error);
  }
  if (reply === undefined && !heard) reply = "reject";
  if (reply === undefined || !broker.isPending(permissionId)) return;
  try {
    broker.reply(permissionId, reply);
  } catch (error) {
    if (!(error instanceof PermissionReplyError)) throw error;
    broker.reply(permissionId, "reject");
    throwUncaught(error);
  }
}
