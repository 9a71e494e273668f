import { describe, expect, it } from "vitest";

import manifest from "../../../package.json" with { type: "json" };
import { CommandId } from "../../../src/commandIds";

const { commands, menus, keybindings } = manifest.contributes;
const ids = Object.values<string>(CommandId);

describe("the commands in package.json", () => {
  it("are those that the extension registers, each with a title", () => {
    expect(commands.map(({ command }) => command).sort()).toEqual([...ids].sort());
    expect(commands.filter(({ title, category }) => title === "" || category !== "chatls")).toEqual([]);
  });

  it("are the only ones that menus and keys call", () => {
    const called = [...Object.values(menus).flat(), ...keybindings].flatMap((item) =>
      "command" in item ? [item.command] : [],
    );
    expect(called.filter((command) => !ids.includes(command))).toEqual([]);
  });

  it("leave the server's own command alone, which another language client may have registered", () => {
    expect(ids).not.toContain("chatls.ask");
  });
});
