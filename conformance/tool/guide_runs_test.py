"""What guide.py makes of a page: it notices what comes out otherwise."""

import os
import tempfile
import unittest
from pathlib import Path

import guide


class FollowTest(unittest.TestCase):
    def follow(self, page):
        with tempfile.TemporaryDirectory() as folder:
            return guide.follow(page, folder, os.environ)

    def console(self, text):
        return self.follow(f"Words.\n\n```console\n{text}\n```\n")

    def test_what_comes_out_as_told_is_fine(self):
        self.assertEqual(self.console("$ echo one two\none ...\n$ printf '1\\n2\\n3\\n'\n...\n3\n$ false\n[exit 1]"), [])

    def test_other_words_order_and_codes_are_noticed(self):
        for text in ("$ echo one\ntwo", "$ printf '2\\n1\\n'\n1\n2", "$ true\n[exit 1]", "$ false", "$ echo one; false\none"):
            self.assertEqual(len(self.console(text)), 1, text)

    def test_every_command_is_tried(self):
        self.assertEqual(len(self.console("$ false\n$ false\n$ true")), 2)

    def test_blocks_are_written_to_files(self):
        page = "Write it to `a/b.txt`:\n\n```text\nwhat stands there\n```\n\n```console\n$ cat a/b.txt\nwhat stands there\n```\n"
        self.assertEqual(self.follow(page), [])

    def test_a_command_runs_on_in_another_terminal(self):
        self.assertEqual(self.console("$ sh -c 'echo ready; exec sleep 100' &\nready\n$ echo done\ndone"), [])
        self.assertEqual(len(self.console("$ echo other &\nready")), 1)

    def test_a_page_without_commands_shows_nothing(self):
        self.assertEqual(len(self.follow("```text\n$ true\n```\n")), 1)


if __name__ == "__main__":
    unittest.main()
