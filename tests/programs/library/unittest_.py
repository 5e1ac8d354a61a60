# unittest run from a program: results, assertions, subtests, skips, fixtures, expected failures.
import io
import re
import unittest
log = []


class Fixtures(unittest.TestCase):
    @classmethod
    def setUpClass(cls): log.append("setUpClass")
    @classmethod
    def tearDownClass(cls): log.append("tearDownClass")
    def setUp(self): log.append("setUp"); self.addCleanup(log.append, "cleanup")
    def tearDown(self): log.append("tearDown")
    def test_b(self): log.append("b")
    def test_a(self): log.append("a")


class Results(unittest.TestCase):
    """Every kind of result."""
    maxDiff = None

    def test_pass(self): self.assertTrue(1)
    def test_fail(self): self.assertEqual([1, 2, 3], [1, 5, 3], "with a message")
    def test_error(self): {}["missing"]
    @unittest.skip("not today")
    def test_skip(self): pass
    @unittest.skipIf(True, "condition")
    def test_skip_if(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.fail()
    @unittest.expectedFailure
    def test_unexpected(self): pass

    def test_subtests(self):
        for i in range(4):
            with self.subTest("sub", i=i):
                self.assertNotEqual(i % 2, 1)

    def test_skip_inside(self): self.skipTest("inside")
    def test_docstring(self):
        """The first line shows."""
        self.assertIn(5, {1, 2})


class Assertions(unittest.TestCase):
    def check(self, method, *args, **kwargs):
        try:
            getattr(self, method)(*args, **kwargs)
            print(method, "passed")
        except self.failureException as error:
            print(method, "->", re.sub(r"0x\w+", "0x", str(error)))

    def test_all(self):
        c = self.check
        c("assertEqual", 1, 2); c("assertEqual", "line\nold\n", "line\nnew\n"); c("assertEqual", {"a": 1, "b": 2},
            {"a": 1, "b": 3}); c("assertEqual", (1, 2), (1, 3)); c("assertEqual", {1, 2}, {2, 3}); c("assertDictEqual",
            {}, {"x": 1}); c("assertNotEqual", 1, 1); c("assertTrue", 0); c("assertFalse", [1]); c("assertIs", 1,
            None); c("assertIsNot", None, None); c("assertIsNone", 3); c("assertIsNotNone", None)
        c("assertIn", 1, [2]); c("assertNotIn", 1, [1]); c("assertIsInstance", 5, str); c("assertNotIsInstance", 5,
            int); c("assertAlmostEqual", 1.0, 1.1); c("assertAlmostEqual", 1, 1.00000001); c("assertAlmostEqual", 1, 2,
            delta=0.5); c("assertNotAlmostEqual", 1, 1); c("assertGreater", 1, 2); c("assertGreaterEqual", 1,
            2); c("assertLess", 2, 1); c("assertLessEqual", 2, 1); c("assertRegex", "abc", "x+"); c("assertNotRegex",
            "abc", "b"); c("assertCountEqual", [1, 2, 2], [2, 1]); c("assertRaises", ValueError, int,
            "5"); c("assertRaises", ValueError, int, "x"); c("assertRaisesRegex", ValueError, "zz", int,
            "x"); c("assertMultiLineEqual", "a", "b"); c("assertListEqual", [1], (1,)); c("assertSequenceEqual", [1, 2],
            [1]); c("fail", "given")
        with self.assertRaises(KeyError) as caught:
            {}["k"]
        print(caught.exception)
        with self.assertWarns(UserWarning):
            __import__("warnings").warn("w")
        with self.assertLogs("x", "INFO") as logs:
            __import__("logging").getLogger("x").info("hello")
        print(logs.output)


class SetUpFails(unittest.TestCase):
    def setUp(self): raise RuntimeError("in setUp")
    def test_x(self): pass


def run(*cases, verbosity=2):
    stream = io.StringIO()
    suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromTestCase(case) for case in cases)
    result = unittest.TextTestRunner(stream, verbosity=verbosity).run(suite)
    print(re.sub(r"in \d+\.\d+s", "in TIME", stream.getvalue()))
    print(result, result.wasSuccessful())


run(Fixtures)
print(log)
run(Results)
run(Assertions, verbosity=1)
run(SetUpFails, verbosity=0)
from unittest import mock
m = mock.Mock(return_value=5, side_effect=None)
print(m(1, k=2), m.call_args, m.called, m.mock_calls, m.attr.method(3).__class__.__name__)
m.side_effect = [1, ValueError("second")]
print(m())
try:
    m()
except ValueError as error:
    print(error)
with mock.patch("os.getcwd", return_value="/patched"):
    import os
    print(os.getcwd())
with mock.patch.dict(os.environ, {"X_Y": "1"}):
    print(os.environ["X_Y"])
mm = mock.MagicMock()
mm.__len__.return_value = 3
print(len(mm), mm[1].__class__.__name__, "X_Y" in os.environ)
try:
    m.assert_called_once_with(9)
except AssertionError as error:
    print(error)
@mock.patch.object(Fixtures, "test_a", new=5)
def patched(): return Fixtures.test_a
print(patched())
