/** That VS Code offers every setting of the server, with its own words and limits, and none that it does not have. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Setting extends Omit<Schema, "type"> {
  readonly type?: string | readonly string[];
  readonly scope: string;
  readonly markdownDescription: string;
}

const root = join(import.meta.dirname, "../../..");
const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));
const manifest = read("package.json") as {
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
};
const schema = read("../../schemas/config.json") as Schema & {
  readonly $defs: Readonly<Record<string, Schema>>;
};

/** The values of the schema by dotted key. */
function leaves(): [string, Schema][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]): [string, Schema][] => {
    const group = value.$ref === undefined ? undefined : schema.$defs[value.$ref.split("/").at(-1) ?? ""];
    const inner = Object.entries(group?.properties ?? {});
    return group === undefined ? [[key, value]] : inner.map(([name, leaf]) => [`${key}.${name}`, leaf]);
  });
}

const { "chatls.serverPath": serverPath, ...settings } = manifest.contributes.configuration.properties;

it("offers every setting of the server and no other", () => {
  expect(Object.keys(settings).sort()).toEqual(
    leaves()
      .map(([key]) => `chatls.${key}`)
      .sort(),
  );
});

it.each(leaves())("describes %s as the server does", (key, leaf) => {
  const setting = settings[`chatls.${key}`];
  expect(setting?.markdownDescription).toContain((leaf.description ?? "").replaceAll('"', "`"));
  if (leaf.default !== undefined)
    expect(setting?.markdownDescription).toContain(JSON.stringify(leaf.default));
  const { minimum, maximum, exclusiveMinimum } = setting ?? {};
  expect({ minimum, maximum, exclusiveMinimum }).toEqual({
    minimum: leaf.minimum,
    maximum: leaf.maximum,
    exclusiveMinimum: leaf.exclusiveMinimum,
  });
  expect(setting?.default, "a default would override the user's configuration file").toBeNull();
});

it("lets no folder set where the server is or what it may do", () => {
  expect(serverPath?.scope).toBe("machine");
  const free = Object.keys(settings).filter((name) => settings[name]?.scope !== "machine");
  expect(
    free.every((name) => /^chatls\.(model|agent|options\.\w+)$/.test(name)),
    free.join(),
  ).toBe(true);
  expect([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual(free.sort());
});
