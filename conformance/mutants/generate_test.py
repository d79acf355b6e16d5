"""generate_test.py: the generator of mutants refuses a table that is out of date, and plants what it says."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import generate  # noqa: E402


def entry(**changes):
    return {"id": "codec.bug", "layer": "codec", "requirement": "STT-X-001", "file": "wire/x.cpp",
            "original": "a < b", "mutated": "a <= b", "why": "none"} | changes


class GenerateTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        (self.path / "docs/spec").mkdir(parents=True)
        (self.path / "docs/spec/x.md").write_text("- STT-X-001 (decision) Something MUST hold.\n")
        self.source("x.cpp", "int f(int a, int b) {\n  if (a < b) return 1;\n  return 2;\n}\n")

    def source(self, name, text):
        (self.path / "reference/stt/wire").mkdir(parents=True, exist_ok=True)
        (self.path / "reference/stt/wire" / name).write_text(text)

    def generate(self, *entries):
        table = self.path / "table.json"
        table.write_text(json.dumps({"mutants": entries}))
        generate.generate(table, self.path, self.path / "copy")
        return (self.path / "copy/stt/wire/x.cpp").read_text()

    def test_an_expression_is_chosen_when_the_program_runs(self):
        text = self.generate(entry())
        self.assertIn("if ((::stt::mutants::is_active(0) ? (a <= b) : (a < b))) return 1;", text)
        self.assertIn('"codec.bug"', (self.path / "copy/mutants/names.hpp").read_text())

    def test_a_statement_too(self):
        text = self.generate(entry(original="return 2;", mutated="return 3;"))
        self.assertIn("{ if (::stt::mutants::is_active(0)) { return 3; } else { return 2; } }", text)

    def test_several_in_one_file(self):
        text = self.generate(entry(id="codec.two", original="return 2;", mutated="return 3;"), entry())
        self.assertIn("is_active(0)) { return 3; }", text)
        self.assertIn("is_active(1) ? (a <= b)", text)

    def test_a_table_is_fixed_when_the_program_starts(self):
        self.source("x.cpp", "inline constexpr std::array rows{\n    Row{1}, Row{2}};\n"
                    "static_assert(sound(rows,\n  f(2)));\nconstexpr int next(int x) {\n  return rows[x];\n}\n"
                    "inline constexpr int size = 2;\n")
        text = self.generate(entry(original="Row{2}", mutated="Row{3}", table=True))
        self.assertIn("inline const std::array rows", text)
        self.assertIn("is_active_in_table(0) ? (Row{3}) : (Row{2})", text)
        self.assertNotIn("static_assert", text)
        self.assertIn("inline int next(int x)", text)
        self.assertIn("inline constexpr int size", text)

    def test_clean_files_stay_as_they_are(self):
        self.source("clean.hpp", "#pragma once\n")
        self.generate(entry())
        self.assertEqual((self.path / "copy/stt/wire/clean.hpp").read_text(), "#pragma once\n")

    def test_what_is_out_of_date_breaks_the_build(self):
        for wrong in (entry(original="a > b"), entry(original="return"), entry(mutated="a < b"),
                      entry(file="wire/gone.cpp"), entry(layer="wire"), entry(id="bug"), entry(requirement="STT-X-002"), entry(extra=1)):
            with self.assertRaises(generate.TableError, msg=wrong):
                self.generate(wrong)
        with self.assertRaises(generate.TableError):
            self.generate(entry(), entry())
        with self.assertRaises(generate.TableError):
            self.generate(entry(), entry(id="wire.other", original="(a < b)", mutated="(b < a)"))
        self.source("y.hpp", "int a = 1;\n")
        (self.path / "simulator").mkdir()
        (self.path / "simulator/z.cpp").write_text("#include <stt/wire/y.hpp>\n")
        with self.assertRaises(generate.TableError):
            self.generate(entry(file="wire/y.hpp", original="a = 1", mutated="a = 2"))
        lacking = entry()
        del lacking["requirement"]
        with self.assertRaises(generate.TableError):
            self.generate(lacking)


if __name__ == "__main__":
    unittest.main()
