from chatls.tools.symbols.parse import definitions


def seen(source: str, language: str) -> list[str]:
    """Every definition as "line: kind name"."""
    found = definitions(source.encode(), language)
    return [f"{it.line}: {it.kind} {it.qualified}" for it in found]


def test_python_functions_classes_and_what_lies_in_them() -> None:
    source = '''\
LIMIT = 3
first, second = 1, 2
third = fourth = None
type Pair[T] = tuple[T, T]

@decorated(by="somebody")
async def fetch(url: str) -> bytes:
    local = 1
    def inner(): ...
    return local

class Outer[T](Base):
    """What it is."""
    size: int = 0
    RED = "red"

    @property
    def name(self) -> str:
        return ""

    class Inner:
        def run(self): ...
'''
    assert seen(source, "python") == [
        "1: constant LIMIT",
        "2: variable first",
        "2: variable second",
        "3: variable third",
        "3: variable fourth",
        "4: type Pair",
        "7: function fetch",
        "9: function fetch.inner",
        "12: class Outer",
        "14: field Outer.size",
        "15: field Outer.RED",
        "18: method Outer.name",
        "21: class Outer.Inner",
        "22: method Outer.Inner.run",
    ]


def test_python_overloads_and_conditional_definitions_are_all_there() -> None:
    source = """\
if sys.platform == "win32":
    def opened(path): ...
else:
    @overload
    def opened(path: str) -> int: ...
    @overload
    def opened(path: bytes) -> int: ...
try:
    import fast
except ImportError:
    fast = None
"""
    assert seen(source, "python") == [
        "2: function opened",
        "5: function opened",
        "7: function opened",
        "11: variable fast",
    ]


def test_typescript_declarations_of_every_kind() -> None:
    source = """\
export abstract class Panel<T extends object> extends Base implements View {
  private title = "x";
  #hidden = 1;
  onClick = (event: Event) => { const local = 1; };
  static of<T>(items: T[]): Panel<T> { return new Panel(); }
  abstract draw(): void;
  get size() { return 1; }
}
export interface View { id: string; draw(): void; }
export type Handler<T> = (value: T) => void;
export const enum Color { Red, Green = "g" }
namespace Tools.Deep { export function dig() {} }
declare module "foreign" { export function call(): void; }
export function parse(text: string): number;
export function parse(text: unknown) { return 1; }
export default function* generate() {}
export const double = (n: number) => n * 2, LIMIT = 3;
const { first, second: renamed } = settings;
"""
    assert seen(source, "typescript") == [
        "1: class Panel",
        "2: field Panel.title",
        "3: field Panel.#hidden",
        "4: method Panel.onClick",
        "5: method Panel.of",
        "6: method Panel.draw",
        "7: method Panel.size",
        "9: interface View",
        "9: field View.id",
        "9: method View.draw",
        "10: type Handler",
        "11: enum Color",
        "11: member Color.Red",
        "11: member Color.Green",
        "12: module Tools.Deep",
        "12: function Tools.Deep.dig",
        "13: module foreign",
        "13: function foreign.call",
        "14: function parse",
        "15: function parse",
        "16: function generate",
        "17: function double",
        "17: constant LIMIT",
        "18: variable first",
        "18: variable renamed",
    ]


def test_what_a_callback_holds_is_local_but_its_functions_are_not() -> None:
    source = """\
describe("it", () => {
  const local = 1;
  function helper() {}
});
"""
    assert seen(source, "typescript") == ["3: function helper"]


def test_javascript_with_markup_and_the_older_ways_to_export() -> None:
    source = """\
const App = () => <Panel title="x">{items.map((it) => <Row it={it} />)}</Panel>;
module.exports.start = function () {};
exports.stop = () => {};
Shape.prototype.area = function () { return 1; };
const api = { run() {}, halt: () => 1, size: 2 };
"""
    assert seen(source, "tsx") == [
        "1: function App",
        "2: function start",
        "3: function stop",
        "4: function Shape.area",
        "5: variable api",
        "5: method api.run",
        "5: method api.halt",
    ]


def test_lua_functions_in_tables_and_alone() -> None:
    source = """\
local M = {}
local LIMIT, width = 3, 80
vim.opt.number = true
local function helper() local inside = 1 end
function M.open(path) end
function M.view:close() end
M.draw = function() end
M.version = "1"
shared = 1
return { setup = function() end, size = 2 }
"""
    assert seen(source, "lua") == [
        "1: variable M",
        "2: constant LIMIT",
        "2: variable width",
        "4: function helper",
        "5: function M.open",
        "6: function M.view.close",
        "7: function M.draw",
        "8: variable M.version",
        "9: variable shared",
        "10: function setup",
    ]
