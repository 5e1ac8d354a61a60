#!/usr/bin/python3.11
"""The stepper ends when its terminal, its reader or its user goes away, and its program with it: nothing is left behind that
runs, waits or spins.

usage: leaving_test.py MINIPY
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from terminal import Terminal  # noqa: E402

MINIPY = os.path.abspath(sys.argv.pop(1))
SLOWNESS = float(os.environ.get("MINIPY_SLOWNESS", 1))  # of the build: tests/CMakeLists.txt
# Each leaves its process's number in the file `pid`.
TELL = "import os, signal, time\nwith open('pid.new', 'w') as f: f.write(str(os.getpid()))\nos.rename('pid.new', 'pid')\n"
ENDLESS = TELL + "n = 0\nwhile True:\n    n += 1\n"
STUBBORN = TELL + ("for s in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):\n"
                   "    signal.signal(s, signal.SIG_IGN)\nos.rename('pid', 'ready')\nn = 0\nwhile True:\n    n += 1\n")
SHORT = TELL + "print('done')\n"


def state(pid):
    """The letter of the process's state; '': there is none."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [int(p) for p in f.read().split()]


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def until(condition, what):
    """There is a limit only so that a hanging test ends."""
    limit = time.monotonic() + 60 * SLOWNESS
    while not (value := condition()):
        if time.monotonic() > limit:
            raise AssertionError(f"never came: {what}")
        time.sleep(0.01)
    return value


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.left = []
        self.addCleanup(self.kill_rest)

    def kill_rest(self):
        for pid in self.left:
            if state(pid) not in ("", "Z"):
                os.kill(pid, signal.SIGKILL)

    def write(self, source):
        with open(os.path.join(self.folder, "prog.py"), "w") as f:
            f.write(source)

    def path(self, name):
        return os.path.join(self.folder, name)

    def program(self, name="pid"):
        """The number of the program's process, once it has told."""
        until(lambda: os.path.exists(self.path(name)), "the program's number")
        with open(self.path(name)) as f:
            self.left.append(int(f.read()))
        return self.left[-1]

    def child(self, viewer):
        self.left.append(until(lambda: children(viewer), "the program's process")[0])
        return self.left[-1]

    def gone(self, pid):
        until(lambda: state(pid) in ("", "Z"), f"the end of process {pid}")


class OnTerminal(Case):
    """The full screen and the plain lines on a terminal."""

    def start(self, source, *options):
        self.write(source)
        t = Terminal([MINIPY, "dis", "--step", *options, "prog.py"], 24, 80, self.folder)
        self.left.append(t.pid)
        t.wait_for_text("(step)" if "--lines" in options else "Bytecode <module>")
        return t

    def hang_up(self, t, program):
        os.close(t.fd)
        self.gone(t.pid)
        os.waitpid(t.pid, 0)
        self.gone(program)

    def signalled(self, t, number, program):
        os.kill(t.pid, number)
        self.assertEqual(t.wait_for_end(), -number)
        self.gone(program)

    def test_hang_up_where_it_stands(self):
        for options in ([], ["--lines"]):
            with self.subTest(options):
                t = self.start(ENDLESS, *options)
                self.hang_up(t, self.child(t.pid))

    def test_hang_up_while_it_runs(self):
        for options in ([], ["--lines"]):
            for source, name in ((ENDLESS, "pid"), (STUBBORN, "ready")):
                with self.subTest(options=options, source=source):
                    t = self.start(source, *options)
                    t.type("continue\n" if options else "c")
                    self.hang_up(t, self.program(name))
                    os.remove(self.path(name))

    def test_hang_up_at_the_end(self):
        for options in ([], ["--lines"]):
            with self.subTest(options):
                t = self.start(SHORT, *options)
                t.type("continue\n" if options else "c")
                t.wait_for_text("exited with status 0")
                self.hang_up(t, self.program())

    def test_hang_up_in_a_prompt(self):
        t = self.start(ENDLESS)
        t.type("ba line")
        t.wait_for_text("a line")
        self.hang_up(t, self.child(t.pid))

    def test_signals_where_it_stands(self):
        for options in ([], ["--lines"]):
            for number in (signal.SIGTERM, signal.SIGHUP):
                with self.subTest(options=options, signal=number):
                    t = self.start(ENDLESS, *options)
                    self.signalled(t, number, self.child(t.pid))

    def test_signals_while_it_runs(self):
        for options in ([], ["--lines"]):
            with self.subTest(options):
                t = self.start(STUBBORN, *options)
                t.type("continue\n" if options else "c")
                program = self.program("ready")
                self.signalled(t, signal.SIGTERM, program)
                os.remove(self.path("ready"))

    def test_signals_at_the_end(self):
        for options in ([], ["--lines"]):
            for number in (signal.SIGTERM, signal.SIGINT):
                with self.subTest(options=options, signal=number):
                    t = self.start(SHORT, *options)
                    t.type("continue\n" if options else "c")
                    t.wait_for_text("exited with status 0")
                    self.signalled(t, number, self.program())

    def test_terminal_is_left_as_it_was(self):
        t = self.start(ENDLESS)
        seen = bytearray()
        feed = t.feed
        t.feed = lambda data: (seen.extend(data), feed(data))
        program = self.child(t.pid)
        self.signalled(t, signal.SIGTERM, program)
        self.assertIn(b"\033[?1049l", seen)

    def test_signal_while_nobody_reads_the_terminal(self):
        # The viewer is blocked in writing: the program's output comes faster than the terminal takes it, which is not at all.
        t = self.start(TELL + "while True: print('x' * 70)\n")
        t.type("c")
        program = self.program()
        viewer = t.pid
        until(lambda: state(viewer) == "S" and self.blocked(viewer), "a blocked viewer")
        os.kill(viewer, signal.SIGTERM)
        until(lambda: state(viewer) in ("", "Z"), "the viewer's end")
        self.assertEqual(t.wait_for_end(), -signal.SIGTERM)
        self.gone(program)

    def blocked(self, pid):
        used = processor_seconds(pid)
        time.sleep(0.5)
        return processor_seconds(pid) == used

    def test_viewer_is_killed(self):
        for options in ([], ["--lines"]):
            with self.subTest(options):
                t = self.start(STUBBORN, *options)
                t.type("continue\n" if options else "c")
                program = self.program("ready")
                self.signalled(t, signal.SIGKILL, program)
                os.remove(self.path("ready"))

    def test_program_without_files(self):
        # No terminal, no connection to the stepper any more: the viewer waits for its end without spinning.
        t = self.start(TELL + "os.closerange(0, 2000)\ntime.sleep(3)\nos._exit(6)\n")
        t.type("c")
        program = self.program()
        until(lambda: not os.listdir(f"/proc/{program}/fd"), "closed files")
        before = processor_seconds(t.pid)
        t.read(1)
        t.wait_for_text("exited with status 6")
        self.assertLess(processor_seconds(t.pid) - before, 1)
        t.type("q")
        self.assertEqual(t.wait_for_end(), 6)

    def test_program_becomes_another(self):
        t = self.start(TELL + "import sys\nos.execv('/bin/sh', ['sh', '-c', 'read x; echo got $x; exit 5'])\n")
        t.type("c")
        t.wait_for_text("RUNNING")
        t.type("word\r")
        t.wait_for_text("got word")
        t.wait_for_text("exited with status 5")
        t.type("q")
        self.assertEqual(t.wait_for_end(), 5)

    def test_end_of_input(self):
        t = self.start(ENDLESS, "--lines")
        program = self.child(t.pid)
        t.type("step\n\x04")
        self.assertEqual(t.wait_for_end(), 0)
        self.gone(program)

    def test_interrupt(self):
        t = self.start(ENDLESS, "--lines")
        t.type("continue\n")
        self.program()
        t.type("\x03")
        # That was for the program; where it was is still to be seen.
        t.wait_for_text("ended by signal Interrupt")
        t.type("where\n")
        t.wait_for_text("<module> prog.py:")
        t.type("\x03")
        self.assertEqual(t.wait_for_end(), -signal.SIGINT)

    def test_endless_expression(self):
        t = self.start(ENDLESS, "--lines")
        t.type("print any(n for n in iter(int, 1))\n")
        time.sleep(0.5)
        t.type("\x03")
        t.wait_for_text("KeyboardInterrupt")
        t.type("quit\n")
        self.assertEqual(t.wait_for_end(), 0)
        t = self.start(ENDLESS)
        program = self.child(t.pid)
        t.type("pany(n for n in iter(int, 1))\r")
        time.sleep(0.5)
        t.type("\x03")
        t.wait_for_text("KeyboardInterrupt")
        t.type("pany(n for n in iter(int, 1))\r")
        time.sleep(0.5)
        self.hang_up(t, program)


class WithPipes(Case):
    """Commands from a pipe, what is said into one."""

    def start(self, source, *options, stdout=subprocess.PIPE):
        self.write(source)
        run = subprocess.Popen([MINIPY, "dis", "--step", *options, "prog.py"], cwd=self.folder, stdin=subprocess.PIPE,
                               stdout=stdout, stderr=subprocess.PIPE)
        self.addCleanup(lambda: [f.close() for f in (run.stdin, run.stdout, run.stderr) if f])
        self.left.append(run.pid)
        return run

    def order(self, run, text):
        run.stdin.write(text.encode())
        run.stdin.flush()

    def test_reader_goes_where_it_stands(self):
        run = self.start(ENDLESS)
        program = self.child(run.pid)
        run.stdout.readline()
        run.stdout.close()
        self.assertEqual(run.wait(timeout=60 * SLOWNESS), -signal.SIGPIPE)
        self.gone(program)

    def test_reader_goes_while_it_runs(self):
        run = self.start(ENDLESS)
        self.order(run, "continue\n")
        program = self.program()
        run.stdout.close()
        self.assertEqual(run.wait(timeout=60 * SLOWNESS), -signal.SIGPIPE)
        self.gone(program)

    def test_no_room_for_what_is_said(self):
        with open("/dev/full", "wb") as full:
            run = self.start(ENDLESS, stdout=full)
        self.order(run, "step\n")
        self.assertEqual(run.wait(timeout=60 * SLOWNESS), 1)
        self.assertIn(b"No space left", run.stderr.read())

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            for running in (False, True):
                with self.subTest(signal=number, running=running):
                    run = self.start(STUBBORN)
                    if running:
                        self.order(run, "continue\n")
                        program = self.program("ready")
                        os.remove(self.path("ready"))
                    else:
                        program = self.child(run.pid)
                    run.send_signal(number)
                    self.assertEqual(run.wait(timeout=60 * SLOWNESS), -number)
                    self.gone(program)

    def test_commands_are_over(self):
        # From there the program runs as it would without, and gets the signals.
        run = self.start(TELL + "def handler(*_):\n    print('handled', flush=True)\n    os._exit(7)\n"
                         "signal.signal(signal.SIGTERM, handler)\nos.rename('pid', 'ready')\nwhile True: time.sleep(1)\n")
        self.order(run, "step\n")
        run.stdin.close()
        self.program("ready")
        run.send_signal(signal.SIGTERM)
        self.assertIn(b"handled", run.stdout.read())
        self.assertEqual(run.wait(timeout=60 * SLOWNESS), 7)


class Writers(Case):
    """--trace, --json and --html."""

    def start(self, source, *options, stdout=subprocess.PIPE, **more):
        self.write(source)
        run = subprocess.Popen([MINIPY, "dis", *options, "prog.py"], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=stdout,
                               stderr=subprocess.PIPE, **more)
        self.addCleanup(lambda: [f.close() for f in (run.stdout, run.stderr) if f])
        self.left.append(run.pid)
        return run

    def test_reader_goes(self):
        for source, name in ((ENDLESS, "pid"), (STUBBORN, "ready"), (TELL + "time.sleep(1000)\n", "pid")):
            with self.subTest(source):
                run = self.start(source, "--trace")
                while not os.path.exists(self.path(name)):
                    run.stdout.readline()
                run.stdout.close()
                program = self.program(name)
                self.assertEqual(run.wait(timeout=60 * SLOWNESS), -signal.SIGPIPE)
                self.gone(program)
                os.remove(self.path(name))

    def test_nobody_reads(self):
        # The viewer is blocked in writing when it is asked to end.
        for source, name in ((ENDLESS, "pid"), (TELL + "for i in range(100000): n = i\n", "pid")):
            with self.subTest(source):
                run = self.start(source, "--trace")
                program = self.program(name)
                run.send_signal(signal.SIGTERM)
                self.assertEqual(run.wait(timeout=60 * SLOWNESS), -signal.SIGTERM)
                self.gone(program)
                os.remove(self.path(name))

    def test_viewer_is_killed(self):
        for options in (["--trace", "-o", "trace"], ["--html", "page"]):
            with self.subTest(options):
                run = self.start(STUBBORN, *options)
                program = self.program("ready")
                run.kill()
                run.wait(timeout=60 * SLOWNESS)
                self.gone(program)
                os.remove(self.path("ready"))

    def test_signal_for_the_program(self):
        # Short sleeps: a signal that comes just before a sleep begins is noticed when that ends.
        source = TELL + ("def handler(*_):\n    print('handled')\n    raise SystemExit(9)\nsignal.signal(signal.SIGTERM, handler)\n"
                         "os.rename('pid', 'ready')\nwhile True: time.sleep(0.01)\n")
        for options in (["--trace", "--json", "-o", "trace"], ["--html", "page"]):
            with self.subTest(options):
                run = self.start(source, *options)
                self.program("ready")
                run.send_signal(signal.SIGTERM)
                self.assertEqual(run.stdout.read(), b"handled\n")
                self.assertEqual(run.wait(timeout=60 * SLOWNESS), 9)
                with open(self.path(options[-1])) as f:
                    text = f.read()
                self.assertTrue(text.endswith("}\n" if "--json" in options else "</html>\n"))
                os.remove(self.path("ready"))

    def test_hang_up_that_is_ignored(self):
        for options in (["--trace", "-o", "trace"], ["--html", "page"]):
            with self.subTest(options):
                run = self.start(TELL + "os.rename('pid', 'ready')\ntime.sleep(0.5)\nprint('end')\n", *options,
                                 preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
                self.program("ready")
                run.send_signal(signal.SIGHUP)
                self.assertEqual(run.stdout.read(), b"end\n")
                self.assertEqual(run.wait(timeout=60 * SLOWNESS), 0)
                os.remove(self.path("ready"))

    def test_full_disk(self):
        source = "for i in range(30000): n = i\nprint('end')\nraise SystemExit(%d)\n"
        for options in (["--trace", "-o", "/dev/full"], ["--trace", "--json", "-o", "/dev/full"], ["--html", "/dev/full"]):
            for status in (0, 4):
                with self.subTest(options=options, status=status):
                    run = self.start(source % status, *options)
                    out, err = run.communicate(timeout=60 * SLOWNESS)
                    # The program does not notice; who wants the trace does.
                    self.assertEqual((run.returncode, out), (status or 1, b"end\n"))
                    self.assertEqual(err, b"minipy dis: /dev/full: No space left on device\n")
        with open("/dev/full", "wb") as full:
            run = self.start("for i in range(30000): n = i\n", "--trace", stdout=full)
        out, err = run.communicate(timeout=60 * SLOWNESS)
        self.assertEqual((run.returncode, err), (1, b"minipy dis: <stdout>: No space left on device\n"))

    def test_page_into_a_closed_pipe(self):
        run = self.start("n = 1\n", "--html", "/dev/stdout")
        run.stdout.close()
        run.wait(timeout=60 * SLOWNESS)
        self.assertNotEqual(run.returncode, 0)


if __name__ == "__main__":
    unittest.main()
