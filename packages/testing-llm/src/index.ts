export { FakeProvider, type ReceivedRequest } from "./provider.ts";
export { type Answer, loadScenario, type Part, type Scenario } from "./scenario.ts";
