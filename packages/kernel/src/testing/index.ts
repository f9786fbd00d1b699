export {
  bootTestVm,
  type RunOptions,
  type RunResult,
  type TestCommand,
  TestVm,
  type TestVmOptions,
  testSoftware,
} from "./test-vm.ts";
