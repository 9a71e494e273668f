// The rules for all TypeScript of the extension: strict and type-checked, with the sizes that keep a file readable.
// Layout is prettier's; rules about it are off.
import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import ts from "typescript-eslint";

export default defineConfig(
  globalIgnores(["dist/", "src/protocol.ts"]),
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  prettier,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      complexity: ["error", { max: 12, variant: "modified" }],
      eqeqeq: "error",
      "max-lines": ["error", { max: 300, skipComments: true }],
      "max-lines-per-function": ["error", { max: 45, skipComments: true }],
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  { files: ["webview/**"], plugins: { "react-hooks": hooks }, rules: hooks.configs.recommended.rules },
  // `describe` holds a whole file.
  { files: ["test/**"], rules: { "max-lines-per-function": "off" } },
  // Programs for whoever works on the extension: they talk to them, and read JSON as it comes; tsc checks them.
  {
    files: ["**/*.mjs"],
    extends: [ts.configs.disableTypeChecked],
    rules: { "no-console": "off", "no-undef": "off" },
  },
);
