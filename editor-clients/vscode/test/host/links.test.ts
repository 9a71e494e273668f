/** Which addresses may be opened, and which places in the workspace. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { isThisMachine, openPlace, webAddress } from "../../src/links";
import { closeAll, file, write } from "../support/documents";

describe("a link", () => {
  afterEach(closeAll);

  const web: [string, string][] = [
    ["https://example.org/a?b#c", "https://example.org/a?b#c"],
    ["HTTP://EXAMPLE.org", "http://example.org/"],
    ["https://ex\u0430mple.org", "https://xn--exmple-4nf.org/"],
  ];
  for (const [href, address] of web) {
    it(`to ${href} is to ${address}`, () => {
      assert.equal(webAddress(href), address);
    });
  }

  const others = [
    "command:workbench.action.terminal.sendSequence?%7B%7D",
    "javascript:alert(1)",
    " javascript:alert(1)",
    "vscode://chatls.chatls/x",
    "file:///etc/passwd",
    "data:text/html,<script>",
    "https://user:word@example.org",
    "//example.org",
    "src/a.py",
    "",
  ];
  for (const href of others) {
    it(`to ${JSON.stringify(href)} is none to the web`, () => {
      assert.equal(webAddress(href), undefined);
    });
  }

  for (const host of [
    "localhost:8080",
    "a.localhost",
    "127.1",
    "2130706433",
    "[::1]",
    "0x7f.0.0.1:3",
    "0.0.0.0",
  ]) {
    it(`to ${host} is to this machine, in whatever spelling`, () => {
      assert.equal(isThisMachine(webAddress(`http://${host}/x`) ?? ""), true);
    });
  }

  for (const host of ["localhost.example.org", "127.0.0.1.example.org", "example.org", "[::2]"]) {
    it(`to ${host} is to another one, about which VS Code asks`, () => {
      assert.equal(isThisMachine(webAddress(`http://${host}/localhost`) ?? ""), false);
    });
  }

  it("to a file of the workspace opens it at its lines", async () => {
    await openPlace("src/hello.py", { start: { line: 1, character: 0 }, end: { line: 1, character: 4 } });
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), file("src/hello.py").toString());
    assert.equal(editor.selection.start.line, 1);
  });

  it("to a file outside of it opens nothing", async () => {
    for (const where of ["../outside.txt", "src/../../outside.txt", "..\\outside.txt"]) {
      assert.ok(await write("../outside.txt", "secret"));
      await openPlace(where);
      assert.equal(vscode.window.activeTextEditor, undefined);
    }
  });

  for (const where of ["no/such/file.txt", "https://example.org", "command:x"]) {
    it(`to ${where} opens nothing`, async () => {
      await openPlace(where);
      assert.equal(vscode.window.activeTextEditor, undefined);
    });
  }
});
