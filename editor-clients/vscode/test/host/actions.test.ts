/** The buttons beside a problem: what a second click on one does while the first one's work is under way. */
import { strict as assert } from "node:assert";

import { once } from "../../src/actions";
import { gate } from "../support/waiting";

describe("an installation", () => {
  it("is not begun a second time while it is under way, and says so", async () => {
    const told: string[] = [];
    const first = gate();
    let begun = 0;
    const work = async (): Promise<void> => {
      begun += 1;
      await first.passed;
    };
    const install = once(work, (message) => void told.push(message));
    const running = install();
    await install();
    assert.equal(begun, 1);
    assert.match(told.join(), /being installed already/);
    first.open();
    await running;
    await install();
    assert.equal(begun, 2);
  });
});
