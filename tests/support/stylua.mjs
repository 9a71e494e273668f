// Formats Lua with StyLua's WebAssembly: `node stylua.mjs MODULE SETTINGS FILE...` writes the files that look different,
// and prints their names; with SETTINGS.check it only prints. `stylua.py` is its caller.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [module, given, ...files] = process.argv.slice(2);
const stylua = createRequire(import.meta.url)(`${module}/stylua_lib_node.cjs`);
const settings = JSON.parse(given);

// Made anew for each file: formatting takes it away.
function configuration() {
  const config = stylua.Config.new();
  config.syntax = stylua.LuaVersion.LuaJIT;
  config.column_width = settings.column_width;
  config.indent_width = settings.indent_width;
  config.indent_type = stylua.IndentType[settings.indent_type];
  config.quote_style = stylua.QuoteStyle[settings.quote_style];
  config.call_parentheses = stylua.CallParenType[settings.call_parentheses];
  config.collapse_simple_statement = stylua.CollapseSimpleStatement[settings.collapse_simple_statement];
  return config;
}

function format(file, text) {
  try {
    return stylua.formatCode(text, configuration(), undefined, stylua.OutputVerification.Full);
  } catch (error) {
    console.error(`${file}: ${error}`);
    process.exit(1);
  }
}

for (const file of files) {
  const before = readFileSync(file, "utf8");
  const after = format(file, before);
  if (after !== before) {
    console.log(file);
    if (!settings.check) writeFileSync(file, after);
  }
}
