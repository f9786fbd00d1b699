import {
  type AgentOs,
  type AgentOsOptions,
  ConfigError,
  type CronContext,
  type CronEvent,
  type CronJobOptions,
} from "@agentos/core";
import common from "@agentos/software-common";
import testAgent from "@agentos/testing-agent";
import { describe, expect, it } from "vitest";
import { createVm, MODES, type Mode } from "../../../tests/support/vm.ts";
import { ManualDriver } from "./manual-driver.ts";

async function create(mode: Mode, now = "2026-03-02T11:59:30Z", options: AgentOsOptions = {}) {
  const clock = new ManualDriver(now);
  const vm = await createVm(mode, { scheduleDriver: clock, ...options });
  const events: CronEvent[] = [];
  vm.onCronEvent((event) => events.push(event));
  const types = () => events.map(({ type }) => type);
  return { vm, clock, events, types };
}

/** A callback that ends when it is told to. */
function gate() {
  const calls: { context: CronContext; end: (value?: unknown) => void }[] = [];
  const fn = (context: CronContext) => new Promise((end) => calls.push({ context, end }));
  return { calls, action: { type: "callback", fn } as const };
}

async function when(vm: AgentOs, type: CronEvent["type"]): Promise<CronEvent> {
  const { promise, resolve } = Promise.withResolvers<CronEvent>();
  const stop = vm.onCronEvent((event) => event.type === type && resolve(event));
  const event = await promise;
  stop();
  return event;
}

const MINUTELY = { schedule: "* * * * *" } as const;

describe.each(MODES)("cron (%s)", (mode) => {
  it("runs a command line when it is due, and says what became of it", async () => {
    const { vm, clock, events } = await create(mode);
    const job = await vm.scheduleCron({
      id: "tick",
      ...MINUTELY,
      action: { type: "exec", command: "echo out; echo err >&2; echo run >> /tmp/runs; exit 3" },
    });
    expect(job).toEqual({
      id: "tick",
      schedule: "* * * * *",
      timeZone: "UTC",
      action: "exec",
      overlap: "allow",
      nextRun: new Date("2026-03-02T12:00:00Z"),
      lastRun: undefined,
      runs: 0,
      running: 0,
      queued: 0,
    });
    clock.advanceTo("2026-03-02T11:59:59Z");
    expect(events).toEqual([
      { type: "scheduled", jobId: "tick", time: new Date("2026-03-02T11:59:30Z"), nextRun: job.nextRun },
    ]);
    const finished = when(vm, "finished");
    clock.advanceTo("2026-03-02T12:00:00Z");
    expect(await finished).toMatchObject({
      jobId: "tick",
      run: 1,
      dueAt: new Date("2026-03-02T12:00:00Z"),
      result: { type: "exec", exitCode: 3, stdout: "out\n", stderr: "err\n", timedOut: false },
    });
    expect(await vm.readFile("/tmp/runs", "utf8")).toBe("run\n");
    expect(await vm.listCronJobs()).toMatchObject([
      { id: "tick", nextRun: new Date("2026-03-02T12:01:00Z"), runs: 1 },
    ]);
  });

  it("runs programs without a shell, and callbacks with the VM", async () => {
    const { vm, clock } = await create(mode);
    await vm.scheduleCron({ ...MINUTELY, action: { type: "exec", command: "echo", args: ["$HOME", "*"] } });
    const exec = when(vm, "finished");
    clock.advanceTo("2026-03-02T12:00:00Z");
    expect(await exec).toMatchObject({ result: { stdout: "$HOME *\n" } });
    const other = await create(mode);
    await other.vm.scheduleCron({
      id: "call",
      ...MINUTELY,
      action: {
        type: "callback",
        fn: ({ vm, jobId, dueAt }) => [vm === other.vm, jobId, dueAt.toISOString()],
      },
    });
    const called = when(other.vm, "finished");
    other.clock.advanceTo("2026-03-02T12:00:00Z");
    expect(await called).toMatchObject({
      result: { type: "callback", value: [true, "call", "2026-03-02T12:00:00.000Z"] },
    });
  });

  it("prompts an agent in a session of its own, whose transcript stays", async () => {
    const { vm, clock } = await create(mode, undefined, { software: [common, testAgent] });
    await vm.scheduleCron({ ...MINUTELY, action: { type: "session", agentType: "test", prompt: "hello" } });
    const finished = when(vm, "finished");
    clock.advanceTo("2026-03-02T12:00:00Z");
    const event = await finished;
    expect(event).toMatchObject({ result: { type: "session", text: "you said: hello" } });
    expect(await vm.listSessions()).toMatchObject([{ state: "closed" }]);
    await expect(
      vm.scheduleCron({ ...MINUTELY, action: { type: "session", agentType: "tset", prompt: "hello" } }),
    ).rejects.toMatchObject({
      option: "action.agentType",
      message: expect.stringContaining("installed are test"),
    });
  });

  it("a run that throws has failed, and the next comes all the same", async () => {
    const { vm, clock, types } = await create(mode);
    let calls = 0;
    const fn = () => {
      if (++calls === 1) throw new RangeError("too bad");
      return calls;
    };
    await vm.scheduleCron({ ...MINUTELY, action: { type: "callback", fn } });
    const failed = when(vm, "failed");
    clock.advanceTo("2026-03-02T12:00:00Z");
    expect(await failed).toMatchObject({ run: 1, error: new RangeError("too bad") });
    const finished = when(vm, "finished");
    clock.advanceTo("2026-03-02T12:01:00Z");
    await finished;
    expect(types()).toEqual(["scheduled", "started", "failed", "started", "finished"]);
  });

  it("jobs die with their VM: alarms are taken back, running exec actions end", async () => {
    const { vm, clock, types } = await create(mode);
    const callback = gate();
    await vm.scheduleCron({ ...MINUTELY, action: callback.action });
    await vm.scheduleCron({ ...MINUTELY, action: { type: "exec", command: "sleep 1000" } });
    clock.advanceTo("2026-03-02T12:00:00Z");
    await vm.dispose();
    expect(clock.alarms).toBe(0);
    expect(callback.calls[0]?.context.signal.aborted).toBe(true);
    clock.advanceTo("2026-03-02T13:00:00Z");
    expect(types()).toEqual(["scheduled", "scheduled", "started", "started"]);
    await expect(vm.scheduleCron({ ...MINUTELY, action: callback.action })).rejects.toMatchObject({
      code: "ERR_AGENTOS_VM_DISPOSED",
    });
  });
});

const scheduling = (job: Partial<CronJobOptions>, now?: string) =>
  create("inline", now).then(({ vm }) =>
    vm.scheduleCron({ schedule: "* * * * *", action: { type: "exec", command: "true" }, ...job }),
  );

describe("schedules", () => {
  it.each<[string, Partial<CronJobOptions>, string]>([
    ["five fields", { schedule: "30 14 * * *" }, "2026-03-02T14:30:00Z"],
    ["six fields, with seconds", { schedule: "*/20 * * * * *" }, "2026-03-02T11:59:40Z"],
    ["names", { schedule: "0 9 * JUN FRI" }, "2026-06-05T09:00:00Z"],
    ["nicknames", { schedule: "@daily" }, "2026-03-03T00:00:00Z"],
    ["a time zone", { schedule: "0 9 * * *", timeZone: "America/New_York" }, "2026-03-02T14:00:00Z"],
    ["a Date", { schedule: new Date("2026-03-02T12:00:00.5Z") }, "2026-03-02T12:00:00.500Z"],
    ["an ISO date", { schedule: "2026-03-02T15:00:00+01:00" }, "2026-03-02T14:00:00Z"],
    [
      "an ISO date in a time zone",
      { schedule: "2026-07-01T15:00", timeZone: "Europe/Paris" },
      "2026-07-01T13:00:00Z",
    ],
    ["an ISO date in the VM's zone", { schedule: "2026-07-01T15:00" }, "2026-07-01T15:00:00Z"],
    ["leap days", { schedule: "0 0 29 2 *" }, "2028-02-29T00:00:00Z"],
  ])("take %s", async (_name, job, expected) => {
    expect((await scheduling(job)).nextRun).toEqual(new Date(expected));
  });

  it("an hour that is skipped by summer time is made up for, one that comes twice runs once", async () => {
    const job = { schedule: "30 2 * * *", timeZone: "Europe/Berlin" };
    const spring = await create("inline", "2026-03-28T12:00:00Z");
    await spring.vm.scheduleCron({ ...job, action: { type: "callback", fn: () => {} } });
    spring.clock.advanceTo("2026-03-30T12:00:00Z");
    const autumn = await create("inline", "2026-10-24T12:00:00Z");
    await autumn.vm.scheduleCron({ ...job, action: { type: "callback", fn: () => {} } });
    autumn.clock.advanceTo("2026-10-26T12:00:00Z");
    const due = (events: CronEvent[]) =>
      events.flatMap((event) => (event.type === "started" ? [event.dueAt.toISOString()] : []));
    expect(due(spring.events)).toEqual(["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"]);
    expect(due(autumn.events)).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]);
  });

  it.each<[string, Partial<Record<keyof CronJobOptions, unknown>>, string, string]>([
    [
      "a value out of range",
      { schedule: "61 * * * *" },
      "schedule",
      'the minute "61": invalid value for minute: 61',
    ],
    ["letters", { schedule: "0 abc * * *" }, "schedule", 'the hour "abc"'],
    ["a step of nothing", { schedule: "* * */0 * *" }, "schedule", 'the day of the month "*/0"'],
    ["a range backwards", { schedule: "0 0 0 * 5-2 *" }, "schedule", 'the month "5-2"'],
    ["too few fields", { schedule: "* * *" }, "schedule", '"* * *" has 3 fields; it takes 5'],
    ["nothing", { schedule: "" }, "schedule", "has 0 fields"],
    ["an unknown nickname", { schedule: "@sometimes" }, "schedule", "is not a known nickname"],
    ["a day that never comes", { schedule: "0 0 31 2 *" }, "schedule", "never comes"],
    ["a date of the past", { schedule: new Date("2026-03-02T11:00:00Z") }, "schedule", "not in the future"],
    ["an invalid date", { schedule: new Date("never") }, "schedule", "must be a cron expression or a date"],
    ["a date that is none", { schedule: "2027-13-45" }, "schedule", "is no valid date"],
    ["a number", { schedule: 5 }, "schedule", "must be a cron expression or a date"],
    ["an unknown time zone", { timeZone: "Mars/Base" }, "timeZone", 'there is no time zone "Mars/Base"'],
    [
      "a time zone of a moment",
      { schedule: "2027-01-01T00:00Z", timeZone: "UTC" },
      "timeZone",
      "a date is a moment",
    ],
    ["an unknown action", { action: { type: "mail" } }, "action.type", "action.type"],
    ["an action without its command", { action: { type: "exec" } }, "action.command", "expected string"],
    [
      "a session without an agent",
      { action: { type: "session", agentType: "pi", prompt: "hi" } },
      "action.agentType",
      "sessions need a software package that brings an agent",
    ],
    ["an unknown overlap", { overlap: "sometimes" }, "overlap", "overlap"],
    ["an unknown option", { cron: "* * * * *" } as object, "cron", "unknown option `cron`"],
  ])("refuse %s", async (_name, job, option, message) => {
    const failing = scheduling(job as Partial<CronJobOptions>);
    await expect(failing).rejects.toBeInstanceOf(ConfigError);
    await expect(failing).rejects.toMatchObject({ option, message: expect.stringContaining(message) });
  });
});

describe("runs that overlap", () => {
  it("run side by side with `allow`", async () => {
    const { vm, clock, types } = await create("inline");
    const { calls, action } = gate();
    await vm.scheduleCron({ ...MINUTELY, action });
    clock.advanceTo("2026-03-02T12:01:00Z");
    expect(calls).toHaveLength(2);
    expect(await vm.listCronJobs()).toMatchObject([{ running: 2, runs: 2 }]);
    expect(types()).toEqual(["scheduled", "started", "started"]);
  });

  it("are left out with `skip`", async () => {
    const { vm, clock, events } = await create("inline");
    const { calls, action } = gate();
    await vm.scheduleCron({ ...MINUTELY, action, overlap: "skip" });
    clock.advanceTo("2026-03-02T12:01:00Z");
    expect(calls).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      type: "skipped",
      reason: "overlap",
      dueAt: new Date("2026-03-02T12:01:00Z"),
    });
    const finished = when(vm, "finished");
    calls[0]?.end();
    await finished;
    clock.advanceTo("2026-03-02T12:02:00Z");
    expect(calls).toHaveLength(2);
  });

  it("wait for each other with `queue`, as many as may", async () => {
    const { vm, clock, events } = await create("inline");
    const { calls, action } = gate();
    await vm.scheduleCron({ ...MINUTELY, action, overlap: "queue" });
    clock.advanceTo("2026-03-02T12:02:00Z");
    expect(calls).toHaveLength(1);
    expect(await vm.listCronJobs()).toMatchObject([{ running: 1, queued: 2 }]);
    const finished = when(vm, "finished");
    calls[0]?.end();
    await finished;
    expect(calls).toHaveLength(2);
    expect(calls[1]?.context.dueAt).toEqual(new Date("2026-03-02T12:01:00Z"));
    clock.advanceTo("2026-03-02T14:00:00Z");
    expect(await vm.listCronJobs()).toMatchObject([{ running: 1, queued: 100 }]);
    expect(events.at(-1)).toMatchObject({ type: "skipped", reason: "queue-full" });
  });
});

describe("the life of a job", () => {
  it("runs missed while nobody was awake are reported, and made up for by one", async () => {
    const { vm, clock, events } = await create("inline");
    const { calls, action } = gate();
    await vm.scheduleCron({ ...MINUTELY, action });
    clock.sleepUntil("2026-03-02T12:30:20Z");
    expect(events.slice(1)).toMatchObject([
      {
        type: "missed",
        count: 30,
        from: new Date("2026-03-02T12:00:00Z"),
        to: new Date("2026-03-02T12:29:00Z"),
      },
      { type: "started", dueAt: new Date("2026-03-02T12:30:00Z") },
    ]);
    expect(calls).toHaveLength(1);
    expect(await vm.listCronJobs()).toMatchObject([{ nextRun: new Date("2026-03-02T12:31:00Z") }]);
    clock.sleepUntil("2027-03-02T12:00:00Z");
    expect(events.filter(({ type }) => type === "missed")).toHaveLength(2);
    expect(calls).toHaveLength(2);
  });

  it("a job for one moment is gone when it has run", async () => {
    const { vm, clock } = await create("inline");
    const { calls, action } = gate();
    await vm.scheduleCron({ id: "once", schedule: "2026-03-02T12:00:00Z", action });
    clock.sleepUntil("2026-03-02T13:00:00Z");
    expect(await vm.listCronJobs()).toMatchObject([{ id: "once", nextRun: undefined, running: 1 }]);
    const finished = when(vm, "finished");
    calls[0]?.end("done");
    expect(await finished).toMatchObject({ result: { value: "done" } });
    expect(await vm.listCronJobs()).toEqual([]);
    expect(clock.alarms).toBe(0);
  });

  it("a cancelled job runs no more, though a run in progress goes on", async () => {
    const { vm, clock, types } = await create("inline");
    const { calls, action } = gate();
    const { id } = await vm.scheduleCron({ ...MINUTELY, action, overlap: "queue" });
    clock.advanceTo("2026-03-02T12:01:00Z");
    expect(await vm.cancelCronJob(id)).toBe(true);
    expect(await vm.cancelCronJob(id)).toBe(false);
    expect([await vm.listCronJobs(), clock.alarms]).toEqual([[], 0]);
    const finished = when(vm, "finished");
    calls[0]?.end();
    await finished;
    clock.advanceTo("2026-03-02T13:00:00Z");
    expect(calls).toHaveLength(1);
    expect(types()).toEqual(["scheduled", "started", "finished"]);
  });

  it("a listener may cancel the job that it hears of", async () => {
    const { vm, clock } = await create("inline");
    const { calls, action } = gate();
    vm.onCronEvent(({ type, jobId }) => {
      if (type === jobId) void vm.cancelCronJob(jobId);
    });
    await vm.scheduleCron({ id: "scheduled", ...MINUTELY, action });
    await vm.scheduleCron({ id: "missed", ...MINUTELY, action });
    clock.sleepUntil("2026-03-02T12:05:00Z");
    expect(calls).toHaveLength(0);
    expect([await vm.listCronJobs(), clock.alarms]).toEqual([[], 0]);
  });

  it("an id is taken while its job lives", async () => {
    const { vm } = await create("inline");
    const job = { id: "a", ...MINUTELY, action: { type: "exec", command: "true" } } as const;
    await vm.scheduleCron(job);
    await expect(vm.scheduleCron(job)).rejects.toMatchObject({ option: "id" });
    await vm.cancelCronJob("a");
    expect(await vm.scheduleCron(job)).toMatchObject({ id: "a" });
  });
});
