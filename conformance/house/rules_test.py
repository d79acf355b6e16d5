"""Each rule must bite: a violation planted in a small tree is found, and its lawful twin is not."""

import tempfile
import unittest
from pathlib import Path

import rules

TABLE = "```layers\ntool\nsimulator | adapters\nnode\nsession | stream\nwire | crypto\nbase\n```\n"


class RuleTest(unittest.TestCase):
    def found(self, rule, *planted):
        """What `rule` finds in a tree of these (path, text) files."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for path, text in [("docs/ARCHITECTURE.md", TABLE), *planted]:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            return list(rule(root))

    def bites(self, rule, path, text, wrong):
        found = self.found(rule, (path, text))
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(path + ":"), found)
        self.assertIn(wrong, found[0])

    def passes(self, rule, path, text):
        self.assertEqual(self.found(rule, (path, text)), [])

    def test_include_upward(self):
        self.bites(rules.layers, "reference/stt/wire/a.hpp", "// x\n#include <stt/session/b.hpp>\n",
                   "wire may not use session")

    def test_include_between_strangers(self):
        self.bites(rules.layers, "reference/stt/session/a.cpp", '#include "stt/stream/b.hpp"\n',
                   "session may not use stream")
        self.bites(rules.layers, "simulator/a.cpp", "#include <stt/adapters/asio/udp.hpp>\n",
                   "simulator may not use adapters")

    def test_include_downward(self):
        self.passes(rules.layers, "simulator/a.cpp", "#include <stt/node/b.hpp>\n#include <simulator/c.hpp>\n")
        self.passes(rules.layers, "conformance/tool/a.cpp", "#include <simulator/world.hpp>\n")

    def test_unknown_layer(self):
        self.bites(rules.layers, "reference/stt/shed/a.cpp", "#include <stt/base/b.hpp>\n", "shed is not in")

    def test_needs_upward(self):
        self.bites(rules.layers, "reference/stt/wire/CMakeLists.txt",
                   "stt_layer(wire\n SOURCES a.cpp\n NEEDS stt_base stt_node)\n", "wire may not use node")
        self.passes(rules.layers, "reference/stt/wire/CMakeLists.txt",
                    "stt_layer(wire SOURCES a.cpp NEEDS stt_base TEST_NEEDS stt_node)\n")

    def test_forbidden_headers(self):
        for header in ("sys/socket.h", "thread", "fstream", "boost/asio/ip/udp.hpp", "nlohmann/json.hpp"):
            self.bites(rules.forbidden_words, "reference/stt/stream/a.cpp", f"#include <{header}>\n", "is for adapters")
        self.passes(rules.forbidden_words, "reference/stt/adapters/a.cpp", "#include <thread>\n#include <fstream>\n")
        self.passes(rules.forbidden_words, "reference/stt/stream/a.cpp", "#include <boost/container/deque.hpp>\n")

    def test_forbidden_words(self):
        self.bites(rules.forbidden_words, "reference/stt/node/a.cpp", "auto t = Clock::now();\n", "asks the time")
        self.bites(rules.forbidden_words, "reference/stt/node/a.cpp", "throw 1;\n", "throws")
        self.bites(rules.forbidden_words, "simulator/a.cpp", "std::uniform_int_distribution<int> d;\n", "differ")
        self.passes(rules.forbidden_words, "reference/stt/node/a.cpp",
                    '// never calls now() /* or throw */\nint nothrow = 0;\nauto s = "throw now()";\n')

    def test_sodium_only_in_crypto_sources(self):
        for path in ("reference/stt/wire/a.cpp", "reference/stt/crypto/a.hpp", "simulator/a.cpp"):
            self.bites(rules.forbidden_words, path, "#include <sodium.h>\n", "crypto")
        self.passes(rules.forbidden_words, "reference/stt/crypto/a.cpp", "#include <sodium.h>\n")

    def test_cli11_only_behind_the_interface_to_it(self):
        for path in ("conformance/tool/keygen_command.cpp", "conformance/tool/command.hpp", "conformance/suite/a.cpp"):
            self.bites(rules.forbidden_words, path, "#include <CLI/App.hpp>\n", "command.hpp")
        for path in ("conformance/tool/command.cpp", "conformance/tool/command_tree.cpp", "reports/goodput/a.cpp"):
            self.passes(rules.forbidden_words, path, "#include <CLI/App.hpp>\n")

    def test_names(self):
        self.bites(rules.names, "reference/stt/wire/a.hpp", "int get_size();\n", "get_")
        self.bites(rules.names, "reference/stt/wire/a.hpp", "class SessionManager;\n", "manager")
        self.bites(rules.names, "reference/stt/wire/a.hpp", "namespace test_utils {}\n", "says nothing")
        self.bites(rules.names, "reports/bench/a.cpp", "ns3::Time LinkHelper();\n", "says nothing")
        self.passes(rules.names, "reports/bench/a.cpp", "ns3::UdpClientHelper client;\n")
        self.bites(rules.names, "simulator/link_helpers.hpp", "", "says nothing")
        self.passes(rules.names, "reference/stt/wire/a.hpp",
                    "class EndpointManager { int g() { return *std::get_if<int>(&v) + j.get_ref(); } };\n")

    def test_lengths(self):
        self.bites(rules.lengths, "fuzz/a.cpp", "\n" * 601, "601 lines")
        self.passes(rules.lengths, "fuzz/a.cpp", "\n" * 600)

    def test_tests_that_are_off(self):
        self.bites(rules.no_test_is_off, "simulator/a_test.cpp", "TEST(A, DISABLED_b) {}\n", "disabled")
        self.bites(rules.no_test_is_off, "simulator/a_test.cpp", "GTEST_SKIP();\n", "skips")
        self.bites(rules.no_test_is_off, "simulator/CMakeLists.txt", "PROPERTIES WILL_FAIL TRUE\n", "switched off")

    def test_forgotten_file(self):
        self.assertEqual(
            self.found(rules.everything_is_built, ("simulator/a.cpp", ""), ("simulator/b.cpp", ""),
                       ("simulator/CMakeLists.txt", "stt_layer(simulator SOURCES a.cpp)")),
            ["simulator/b.cpp:1: no CMakeLists.txt names this file"])

    def test_examples(self):
        self.assertEqual(
            self.found(rules.examples, ("docs/examples/told.cpp", ""), ("docs/examples/forgotten.cpp", ""),
                       ("docs/examples/CMakeLists.txt", "stt_example(told NEEDS x)\nstt_example(gone NEEDS x)\n"),
                       ("docs/examples/README.md", "| a | [told.cpp](told.cpp) |\n| b | [lost.cpp](lost.cpp) |\n")),
            ["docs/examples/CMakeLists.txt:1: does not name forgotten", "docs/examples/README.md:1: does not name forgotten",
             "docs/examples/README.md:1: does not name gone", "docs/examples/gone.cpp:1: is named, but does not exist",
             "docs/examples/CMakeLists.txt:1: does not name lost", "docs/examples/lost.cpp:1: is named, but does not exist"])

    def test_strings_and_comments_are_not_code(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.cpp"
            path.write_text('a /* b\nc */ d // e\n"f\\"g" h R"(i\nj)" k\n#include "l"\n')
            self.assertEqual([line for _, line in rules.code_lines(path)],
                             ["a ", " d ", '"" h ""', " k", '#include "l"'])

    def test_public_headers(self):
        table = ("cmake/library.cmake", "stt_library(core HEADERS\n  stt/node/node.hpp stt/base/bytes.hpp)\n")
        bytes_header = ("reference/stt/base/bytes.hpp", "#include <span>\n")
        closed = ("reference/stt/node/node.hpp", "#include <stt/base/bytes.hpp>\n// <stt/node/impl.hpp>\n")
        open_ended = ("reference/stt/node/node.hpp", "#pragma once\n#include <stt/node/impl.hpp>\n")
        self.assertEqual(self.found(rules.public_headers, table, bytes_header, closed), [])
        found = self.found(rules.public_headers, table, bytes_header, open_ended)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith("reference/stt/node/node.hpp:2: stt/node/impl.hpp is not installed"), found)
        self.assertIn("stt/base/bytes.hpp does not exist", self.found(rules.public_headers, table, closed)[0])

    def test_links(self):
        there = ("docs/there.md", "[up](../README.md), [self](there.md#part), [web](https://example.org/not-there.md)\n")
        self.assertEqual(self.found(rules.links, there, ("README.md", "[a](docs/there.md) [b](docs)\n")), [])
        self.assertEqual(self.found(rules.links, there, ("README.md", "```cpp\n[](int x)\n```\n[a](docs/gone.md)\n")),
                         ["README.md:4: docs/gone.md is not there"])


if __name__ == "__main__":
    unittest.main()
