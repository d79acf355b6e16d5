"""The rules this repository keeps about itself. Each rule is a function from a tree of files to the
places that break it, as "path:line: what is wrong". docs/ARCHITECTURE.md holds the layer table."""

import re
from pathlib import Path

FOLDERS = ("reference", "simulator", "conformance", "fuzz", "reports")
CODE = {".cpp", ".hpp"}
FILE_LINES_MAX = 600
BELOW_ADAPTERS = {"base", "wire", "crypto", "handshake", "session", "recovery", "stream", "primitives", "node"}
# Ten seconds a translation unit.
USERS_OF_CLI11 = {"conformance/tool/command.cpp", "conformance/tool/command_tree.cpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')

# Headers that bring I/O, clocks, threads or text formats: nothing for a core that is a function of its inputs.
IO_HEADERS = re.compile(
    r"^(sys/|netinet/|arpa/|linux/|pthread|unistd|fcntl|poll\.h|time\.h|ctime$|thread$|mutex$"
    r"|shared_mutex$|condition_variable$|future$|semaphore$|latch$|barrier$|stop_token$|fstream$|iostream$"
    r"|filesystem$|syslog|spdlog/|fmt/|nlohmann/|boost/asio|boost/beast|boost/json|boost/log"
    r"|boost/thread|boost/filesystem)")
IO_WORDS = [
    (re.compile(r"\bnow\s*\(\s*\)"), "asks the time"),
    (re.compile(r"\b(?:system|steady|high_resolution)_clock\b"), "uses a real clock"),
    (re.compile(r"\brandom_device\b"), "draws randomness that nobody handed in"),
    (re.compile(r"\bstd::(?:jthread|thread|async|mutex)\b"), "uses threads"),
    (re.compile(r"\b(?:std::)?(?:cout|cerr|clog|f?printf|puts|fopen|ofstream|ifstream)\b"), "does input or output"),
]
THROWS = [(re.compile(r"\bthrow\b"), "throws")]  # tests may
# What differs between libraries or runs, where the same seed must give the same trace.
UNSTABLE_WORDS = [
    (re.compile(r"\bstd::\w+_distribution\b"), "std:: distributions differ between libraries"),
    (re.compile(r"\brandom_device\b"), "draws randomness that no seed can repeat"),
    (re.compile(r"\b(?:system|steady|high_resolution)_clock\b"), "uses a real clock"),
]
NAMES = [
    # The classes of ns-3 have the names that ns-3 gave them.
    (re.compile(r"(?<!\bns3::)\b\w*(?:[uU]tils?|[hH]elpers?)\b"), "says nothing about what it is"),
    (re.compile(r"\b(?!EndpointManager\b)\w*Manager\b"), "is called a manager"),
    # Calls into libraries (after :: . ->) keep their names; so do names that libraries ask of us.
    (re.compile(r"(?<![\w:.>])get_(?!executor\b|return_object\b|allocator\b)\w*\s*\("), "begins with get_"),
]
OFF_TESTS = [
    (re.compile(r"\bDISABLED_\w+"), "a disabled test"),
    (re.compile(r"\bGTEST_SKIP\b"), "a test that skips itself"),
    (re.compile(r"\b(?:DISABLED|WILL_FAIL)\s+(?:TRUE|ON|1)\b"), "a test switched off in CMake"),
]


def files(root, suffixes):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and "node_modules" not in path.parts:
                yield path


def layer_of(path):
    """The layer a path (relative to the repository) or an include belongs to, or None."""
    parts = Path(path).parts
    if parts[0] == "reference":
        parts = parts[1:]
    if parts[0] == "stt" and len(parts) > 2:
        return parts[1]
    if parts[:2] == ("conformance", "tool"):
        return "tool"
    return parts[0] if parts[0] in FOLDERS and len(parts) > 1 else None


def layer_heights(root):
    """Layer name -> height, from the table in docs/ARCHITECTURE.md. Layers of one height are strangers."""
    text = (root / "docs/ARCHITECTURE.md").read_text()
    lines = re.search(r"^```layers\n(.*?)^```", text, re.M | re.S).group(1).strip().splitlines()
    return {name.strip(): height for height, line in enumerate(reversed(lines)) for name in line.split("|")}


def code_lines(path):
    """Number and text of each line, comments and string contents taken out."""
    text = path.read_text()
    pattern = re.compile(r'R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*(?:.|\n)*?\*/')

    def blank(match):
        kept = '""' if match.group(0)[0] in '"R' else ""
        return kept + "\n" * match.group(0).count("\n")

    # Includes keep their names, which look like strings.
    whole = text.splitlines()
    for number, line in enumerate(pattern.sub(blank, text).splitlines(), 1):
        yield number, whole[number - 1] if INCLUDE.match(whole[number - 1]) else line


def search(root, path, patterns):
    for number, line in code_lines(path):
        if INCLUDE.match(line):
            continue
        for pattern, wrong in patterns:
            for match in pattern.finditer(line):
                yield f"{path.relative_to(root)}:{number}: {match.group(0).strip('( ')}: {wrong}"


def includes(root):
    for path in files(root, CODE):
        for number, line in code_lines(path):
            if match := INCLUDE.match(line):
                yield path.relative_to(root), number, match.group(1)


def layers(root):
    """Includes and CMake NEEDS point downward in the layer table."""
    heights = layer_heights(root)

    def judge(user, used, place):
        for name in (user, used):
            if name not in heights:
                return [f"{place}: layer {name} is not in docs/ARCHITECTURE.md"]
        if user != used and heights[used] >= heights[user]:
            return [f"{place}: {user} may not use {used}"]
        return []

    for path, number, included in includes(root):
        user, used = layer_of(path), layer_of(included)
        if user and used:
            yield from judge(user, used, f"{path}:{number}")
    for path in files(root, {".txt"}):
        for call in re.finditer(r"stt_layer\(\s*(\w+)(.*?)\)", path.read_text(), re.S):
            needs = re.search(r"\bNEEDS\b([^)]*?)(?=\b(?:SOURCES|TESTS|TEST_NEEDS)\b|$)", call.group(2), re.S)
            for target in re.findall(r"\bstt_(\w+)", needs.group(1) if needs else ""):
                yield from judge(owner(path.relative_to(root)), owner_of_target(root, target),
                                 f"{path.relative_to(root)}: {call.group(1)}")


def owner(cmake_path):
    return layer_of(cmake_path)


def owner_of_target(root, target):
    for path in files(root, {".txt"}):
        if re.search(rf"stt_layer\(\s*{target}\b|add_library\(\s*stt_{target}\b", path.read_text()):
            return layer_of(path.relative_to(root))
    return target


def forbidden_words(root):
    """Below the adapters: no I/O, clocks, threads, logging, JSON; in the simulator: nothing that varies.
    What costs every file that includes it stays behind the interface it has."""
    for path, number, included in includes(root):
        layer = layer_of(path)
        if layer in BELOW_ADAPTERS and IO_HEADERS.match(included):
            yield f"{path}:{number}: <{included}> is for adapters"
        sodium_allowed = (layer == "crypto" and path.suffix == ".cpp") or str(path).startswith("reports/bench/")
        if included.startswith("sodium") and not sodium_allowed:
            yield f"{path}:{number}: <{included}> is for the .cpp files of crypto"
        if path.parts[0] == "conformance" and included.startswith("CLI/") and str(path) not in USERS_OF_CLI11:
            yield f"{path}:{number}: <{included}> stays behind conformance/tool/command.hpp"
    for path in files(root, CODE):
        layer = layer_of(path.relative_to(root))
        # base/assert.cpp says what is wrong, and ends the process.
        if layer in BELOW_ADAPTERS and path.name != "assert.cpp":
            yield from search(root, path, IO_WORDS)
            if not path.stem.endswith("_test"):
                yield from search(root, path, THROWS)
        if layer in BELOW_ADAPTERS | {"simulator"}:
            yield from search(root, path, UNSTABLE_WORDS)


def names(root):
    """Names say what a thing is: no utils, helpers, managers, get_."""
    vague = re.compile(r"(?i)(?:^|_)(?:utils?|helpers?|misc|common)(?:_|\.|$)")
    for path in files(root, CODE | {".py"}):
        if vague.search(path.name):
            yield f"{path.relative_to(root)}:1: the file's name says nothing about what it is"
    for path in files(root, CODE):
        yield from search(root, path, NAMES)


def lengths(root):
    """A file holds one concept: at most FILE_LINES_MAX lines."""
    for path in [*files(root, CODE | {".py"}), root / "dev"]:
        if path.exists() and (count := len(path.read_text().splitlines())) > FILE_LINES_MAX:
            yield f"{path.relative_to(root)}:{count}: {count} lines, at most {FILE_LINES_MAX}"


def no_test_is_off(root):
    """A test runs, or is deleted."""
    for path in files(root, CODE):
        yield from search(root, path, OFF_TESTS)
    for path in files(root, {".txt", ".cmake"}):
        yield from search(root, path, OFF_TESTS[2:])


def everything_is_built(root):
    """Each .cpp is named in a CMakeLists.txt of its folder or of one above."""
    for path in files(root, {".cpp"}):
        above = [folder for folder in path.relative_to(root).parents if (root / folder / "CMakeLists.txt").exists()]
        # A name, or a pattern such as *_fuzz.cpp that a folder gathers its targets by.
        named = False
        for folder in above:
            text = (root / folder / "CMakeLists.txt").read_text()
            stem = path.stem
            named |= path.name in text or bool(re.search(rf"(?<![\w.]){re.escape(stem)}(?![\w])", text))
            named |= any(path.match(pattern) for pattern in re.findall(r"[\w/]*\*[\w.]*\.cpp", text))
        if not named:
            yield f"{path.relative_to(root)}:1: no CMakeLists.txt names this file"


def examples(root):
    """Each program of docs/examples runs as a test and stands in the table there, which names no other."""
    folder = Path("docs/examples")
    if not (root / folder).exists():
        return
    programs = {path.stem for path in (root / folder).glob("*.cpp")}
    tests = set(re.findall(r"^stt_example\((\w+)", (root / folder / "CMakeLists.txt").read_text(), re.M))
    rows = set(re.findall(r"^\|.*\]\((\w+)\.cpp\) *\|$", (root / folder / "README.md").read_text(), re.M))
    for name in sorted(programs | tests | rows):
        for place, named in (("CMakeLists.txt", tests), ("README.md", rows)):
            if name not in named:
                yield f"{folder / place}:1: does not name {name}"
        if name not in programs:
            yield f"{folder / name}.cpp:1: is named, but does not exist"


def public_headers(root):
    """What cmake/library.cmake installs exists, and includes nothing that stays behind."""
    table = Path("cmake/library.cmake")
    if not (root / table).exists():
        return
    public = set(re.findall(r"\bstt/[\w/]+\.hpp", (root / table).read_text()))
    for header in sorted(public):
        path = Path("reference") / header
        if not (root / path).exists():
            yield f"{table}:1: {header} does not exist"
            continue
        for number, line in code_lines(root / path):
            included = INCLUDE.match(line)
            if included and included.group(1).startswith("stt/") and included.group(1) not in public:
                yield f"{path}:{number}: {included.group(1)} is not installed: name it in {table}, or do without it"


def links(root):
    """Links between pages lead to something that is there."""
    for page in [*sorted(root.glob("*.md")), *(page for folder in (*FOLDERS, "docs", "vectors")
                                             for page in sorted((root / folder).rglob("*.md")))]:
        if "node_modules" in page.parts:
            continue
        text = re.sub(r"^```.*?^```$", lambda code: "\n" * code[0].count("\n"), page.read_text(), flags=re.M | re.S)
        for number, line in enumerate(text.splitlines(), 1):
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", line):
                # What stands in the archive of the vectors stands elsewhere here.
                moved = page.parent / target if page.parent != root / "conformance/vectors" else root / target
                if "://" not in target and not moved.exists():
                    yield f"{page.relative_to(root)}:{number}: {target} is not there"


RULES = (layers, forbidden_words, names, lengths, no_test_is_off, everything_is_built, examples,
         public_headers, links)
