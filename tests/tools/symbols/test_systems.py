from chatls.tools.symbols.parse import definitions


def seen(source: str, language: str) -> list[str]:
    """Every definition as "line: kind name"."""
    found = definitions(source.encode(), language)
    return [f"{it.line}: {it.kind} {it.qualified}" for it in found]


def test_c_definitions_and_declarations() -> None:
    source = """\
#define LIMIT 10
#define MAX(a, b) ((a) > (b) ? (a) : (b))
struct point { int x, *y; char name[8]; int (*compare)(int, int); };
typedef struct {
    int left;
} pair_t;
typedef int (*callback)(int);
enum color { RED, GREEN = 2 };
union either { int whole; float part; };
static const int limits[2] = {1, 2}, *cursor;
extern int declared(struct point *p);
static char *
joined(const char *a, const char *b) {
    int local = 1;
    return 0;
}
int (*chosen(int which))(int) { return 0; }
struct point *origin(void);
"""
    assert seen(source, "c") == [
        "1: macro LIMIT",
        "2: macro MAX",
        "3: struct point",
        "3: field point.x",
        "3: field point.y",
        "3: field point.name",
        "3: field point.compare",
        "4: struct pair_t",
        "5: field pair_t.left",
        "7: type callback",
        "8: enum color",
        "8: member color.RED",
        "8: member color.GREEN",
        "9: union either",
        "9: field either.whole",
        "9: field either.part",
        "10: variable limits",
        "10: variable cursor",
        "11: prototype declared",
        "13: function joined",
        "17: function chosen",
        "18: prototype origin",
    ]


def test_go_methods_belong_to_the_type_of_their_receiver() -> None:
    source = """\
package stack
type Stack[T any] struct { items []T; Len, cap int; *Embedded }
type Pusher interface { Push(item any) error }
type ID = string
type Handler func(int)
const ( First = iota; Second )
var ErrEmpty, ErrFull = errors.New("empty"), errors.New("full")
func (s *Stack[T]) Push(item T) { local := 1; var inside = 2 }
func (Handler) Serve() {}
func New[T any]() *Stack[T] { return func() *Stack[T] { var hidden int; return nil }() }
"""
    assert seen(source, "go") == [
        "2: struct Stack",
        "2: field Stack.items",
        "2: field Stack.Len",
        "2: field Stack.cap",
        "3: interface Pusher",
        "3: method Pusher.Push",
        "4: type ID",
        "5: type Handler",
        "6: constant First",
        "6: constant Second",
        "7: variable ErrEmpty",
        "7: variable ErrFull",
        "8: method Stack.Push",
        "9: method Handler.Serve",
        "10: function New",
    ]


def test_rust_items_and_what_is_implemented_for_a_type() -> None:
    source = """\
pub const LIMIT: usize = 3;
static COUNT: u32 = 0;
#[derive(Debug)]
pub struct Buffer<T> { pub text: String, held: Vec<T> }
enum State { Idle, Busy(u32) }
pub trait Sink { type Item; fn put(&self); fn flush(&self) {} }
impl<T> Sink for crate::deep::Buffer<T> { fn put(&self) {} }
impl Buffer<u8> { pub fn new() -> Self { fn inner() {} loop {} } }
macro_rules! shout { () => {} }
mod parts { pub(crate) fn piece() {} }
type Pair = (u8, u8);
union Bits { whole: u32 }
extern "C" { fn foreign(); }
"""
    assert seen(source, "rust") == [
        "1: constant LIMIT",
        "2: constant COUNT",
        "4: struct Buffer",
        "4: field Buffer::text",
        "4: field Buffer::held",
        "5: enum State",
        "5: member State::Idle",
        "5: member State::Busy",
        "6: trait Sink",
        "6: type Sink::Item",
        "6: method Sink::put",
        "6: method Sink::flush",
        "7: impl Buffer",
        "7: method Buffer::put",
        "8: impl Buffer",
        "8: method Buffer::new",
        "8: function Buffer::new::inner",
        "9: macro shout",
        "10: module parts",
        "10: function parts::piece",
        "11: type Pair",
        "12: union Bits",
        "12: field Bits::whole",
        "13: function foreign",
    ]
