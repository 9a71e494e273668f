"""The words by which the offline assistant knows a question. Only sets of words, lower case; `offline_questions.py`
says what they mean together.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEADING = _words(
    "hi hello hey yo ok okay oh so and then now well please thanks could can would will you u kindly tell let me know "
    "do i i'd i'm id im want need wonder wondering like to if just also but quickly trying am was help us there"
)
"""What may stand before the question itself."""
GREETINGS = _words(
    "hi hello hey hallo servus moin good morning afternoon evening day thanks thank you very much a lot great cool "
    "nice bye goodbye ok okay there so cheers perfect awesome that this helped helps works worked all "
    "everybody everyone again"
)
HELP_PHRASES = (
    "help",
    "help me",
    "what can you do",
    "what can i ask",
    "what can i do",
    "what do you do",
    "what are you",
    "who are you",
    "are you a",
    "are you an",
    "how do you work",
    "what should i ask",
)
QUESTION_WORDS = _words("where what which who whom whose how is are does do any anywhere somewhere")
PRONOUNS = _words("it its that this these those them they one same")

DEFINES = _words(
    "def define defines defined defining definition definitions declare declares declared declaration declarations "
    "implement implements implemented implementation implementations live lives located location come "
    "comes created introduced"
)
CALLS = _words("call calls called calling caller callers invoke invokes invoked invokation invocation invocations")
USES = CALLS | _words(
    "use uses used using usage usages reference references referenced referencing refer refers depend depends import "
    "imports imported importing instantiate instantiates instantiated"
)
MENTIONS = _words(
    "mention mentions mentioned mentioning contain contains containing grep search searches searching occur occurs "
    "occurrence occurrences appear appears appearing text string word phrase comment comments documented"
)
HAPPENS = _words(
    "written write writes saved save stored store kept logged handled handle sent read reads loaded load parsed "
    "checked computed calculated validated opened closed cached printed raised thrown"
)
"""What is done with something: with "where", the place is meant at which that happens, not a definition."""
OUTLINES = _words("outline outlines structure symbols overview outlined skeleton")
KINDS = _words(
    "function functions method methods class classes struct structs type types enum enums interface interfaces trait "
    "traits macro macros constant constants variable variables field fields definition definitions symbol symbols "
    "module modules"
)
"""What a file can define; also said before a name ("the function run")."""
FINDS = _words("find locate search look looking lookup goto go jump where get path")
SHOWS = _words("show open read display print cat view see give content contents")
CHANGES = _words(
    "change changed changes modified modifications edited uncommitted unstaged staged untracked diff diffs status dirty"
)
"""What stands in a question about changes that are not committed."""
COMMITS = _words("commits commit committed log history")
UNCOMMITTED = _words("uncommitted unstaged staged untracked status diff diffs since not")
ABOUT_CHANGES = _words(
    "git last latest recent recently lately today since yet local working new now far so branch "
    "worktree changing i you did"
)
"""What else such a question may hold without being about something of that name."""
LISTS = _words("list ls tree browse listing")
FILE_WORDS = _words("file files filename filenames")
FOLDER_WORDS = _words("folder folders directory directories dir dirs subfolders tree")
INSIDE = _words("in inside within under here")
NAMED = _words("named called name names ending end ends matching match like extension suffix starting")
PROJECT_WORDS = _words(
    "project repo repository codebase workspace application app program package library readme code thing tool"
)
PROJECT_ASKS = _words(
    "what about describe explain overview summarize summarise summary purpose does do for show readme"
)
MODEL_WORDS = _words(
    "model models ollama llm llms openai gpt chatgpt claude llama qwen mistral gemma api ai llama.cpp lmstudio provider"
)
SETUP_WORDS = _words(
    "connect connected connecting install installed configure configured configuration setup set use using switch "
    "choose change add start run running pull enable get have available need want set-up attach hook"
)
EDIT_VERBS = _words(
    "write add create fix refactor change rename delete remove make generate update improve optimize optimise convert "
    "replace translate review commit run debug test build deploy implement edit rewrite document format install move "
    "why"
)
"""What only a model, or nobody here, can do; at the beginning of a sentence."""
EXPLAINS = _words("what explain describe how about tell does work works mean means do")

GRAMMAR = (
    QUESTION_WORDS
    | LEADING
    | PRONOUNS
    | _words(
        "the a an of in inside within under from at on by for with without into onto to as be been being was were has "
        "have had got get gets my our your their his her me us we he she his or not no all every each some other else "
        "here there many much when can could should would might must will shall may being please exactly actually "
        "currently really still ever first again heck hell earth r ur via e.g i.e etc"
    )
)
STOP_WORDS = (
    GRAMMAR
    | DEFINES
    | USES
    | MENTIONS
    | OUTLINES
    | KINDS
    | FINDS
    | SHOWS
    | LISTS
    | FILE_WORDS
    | FOLDER_WORDS
    | NAMED
    | PROJECT_WORDS
    | EXPLAINS
    | _words("source sources line lines place places everything anything something attached current selected selection")
)
"""What is hardly ever the name that is asked for."""

LANGUAGE_GLOBS = {
    "python": "*.py",
    "typescript": "*.{ts,tsx,mts,cts}",
    "javascript": "*.{js,jsx,mjs,cjs}",
    "go": "*.go",
    "golang": "*.go",
    "rust": "*.rs",
    "lua": "*.lua",
    "c": "*.{c,h}",
    "header": "*.h",
    "markdown": "*.md",
    "json": "*.json",
    "toml": "*.toml",
    "yaml": "*.{yaml,yml}",
    "shell": "*.sh",
    "html": "*.html",
    "css": "*.css",
}
"""Files of a language: "all python files"."""

FILE_ENDS = _words(
    "c cc cfg cjs cpp css csv cts go gradle h hpp htm html ini ipynb java js json jsonl jsx kt lock lua md mjs mod mts "
    "php proto py pyi pyw rb rs rst scm scss sh sql sum svg svelte swift tex toml ts tsx txt vim vue xml yaml yml zig "
    "zsh"
)
FILE_NAMES = _words("dockerfile makefile license changelog gemfile rakefile justfile procfile")
"""Files without an end that says so."""
