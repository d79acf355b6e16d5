"""mechanical_test.py: what the operators of mechanical.py make of a line, and that a draw is the same again."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import generate  # noqa: E402
import mechanical  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def mutated(line):
    return [(change.original, change.mutated) for change in mechanical.changes_of(line)]


class OperatorsTest(unittest.TestCase):
    def test_each_comparison_has_another_side(self):
        for one, other in (("<", "<="), ("<=", "<"), (">", ">="), (">=", ">"), ("==", "!="), ("!=", "==")):
            self.assertEqual(mutated(f"return a {one} b;"), [(f"a {one} b", f"a {other} b")])

    def test_logic_and_off_by_one(self):
        self.assertEqual(mutated("if (a && f(b)) {"), [("a && f(b)", "a || f(b)")])
        self.assertEqual(mutated("while (a || b) {"), [("a || b", "a && b")])
        self.assertEqual(mutated("const auto size = n + 1;"), [("n + 1", "n + 0")])
        self.assertEqual(mutated("return n - 1;"), [("n - 1", "n - 0")])
        self.assertEqual(mutated("return n - 10;"), [])

    def test_every_operator_of_an_expression_once(self):
        self.assertEqual([change for _, change in mutated("return a < b && c == d;")],
                         ["a <= b && c == d", "a < b || c == d", "a < b && c != d"])

    def test_the_condition_of_a_loop_and_not_its_step(self):
        self.assertEqual(mutated("for (int i = 0; i < n; i += 1) f(i);"), [("i < n", "i <= n")])

    def test_statements_go_and_declarations_stay(self):
        for line in ("count_ += 1;", "f(a, b);", "a.b->c[0] = d;", "if (a) return fail(Errc::x);"):
            self.assertIn((line, ""), mutated(line))
        for line in ("const int a = f();", "Thing thing(b);", "int a = 1;", "return f();", "STT_TRY(f());", "break;",
                     "f(a,", "a = [] {", "}", "static_assert(a);"):
            self.assertNotIn((line, ""), mutated(line))

    def test_brackets_of_templates_are_no_comparisons(self):
        self.assertEqual(mutated("return std::max<int>(a, b);"), [])

    def test_what_is_half_a_block_is_left_alone(self):
        self.assertEqual(mutated("if (a < f({b})) {"), [])
        self.assertEqual(mutated("return a < (b +"), [])


class TableTest(unittest.TestCase):
    def test_it_is_drawn_from_every_folder_and_again_the_same(self):
        table = mechanical.drawn(ROOT)
        self.assertEqual(table, mechanical.drawn(ROOT))
        for layer in mechanical.LAYERS.values():
            self.assertEqual(sum(entry["layer"] == layer for entry in table), mechanical.DRAWN)

    def test_a_change_elsewhere_leaves_the_draw_alone(self):
        text = "//= STT-X-001\nint f(int a) {\n  g(a);\n  return a < 3;\n}\n"
        before = {entry["id"] for _, _, entry in mechanical.entries_of(text, "wire/x.cpp")}
        self.assertEqual(len(before), 2)
        after = {entry["id"] for _, _, entry in mechanical.entries_of("// New.\n\n" + text.replace("g(a)", "h(a)"), "wire/x.cpp")}
        self.assertEqual(len(before & after), 1)

    def test_what_stands_twice_is_passed_over(self):
        text = "//= STT-X-001\nint f(int a) {\n  g(a);\n  g(a);\n  return 1;\n}\n"
        self.assertEqual(list(mechanical.entries_of(text, "wire/x.cpp")), [])

    def test_the_generator_takes_all_of_it(self):
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "mechanical.json"
            table.write_text(mechanical.as_text(ROOT))
            generate.generate(table, ROOT, Path(folder) / "copy")
            self.assertIn("wire.", (Path(folder) / "copy/mutants/names.hpp").read_text())


if __name__ == "__main__":
    unittest.main()
