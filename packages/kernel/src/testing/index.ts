export {
  bootTestVm,
  type RunOptions,
  type RunResult,
  type SoftwareTree,
  type TestCommand,
  TestVm,
  type TestVmOptions,
  testSoftware,
} from "./test-vm.ts";
