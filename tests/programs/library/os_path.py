# os, os.path, pathlib, tempfile, shutil, glob: in a temporary folder.
import fnmatch
import glob
import os
import shutil
import stat
import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath
root = tempfile.mkdtemp(prefix="case-")
os.chdir(root)
os.makedirs("a/b/c")
os.mkdir("empty")
for name in ("a/one.txt", "a/b/two.py", "a/b/c/three.txt", "top.log"):
    with open(name, "w") as f:
        f.write(name * 2)
os.symlink("top.log", "link")
print(sorted(os.listdir(".")), os.path.exists("a/one.txt"), os.path.isdir("a"), os.path.isfile("a"),
    os.path.islink("link"), os.readlink("link"), os.path.getsize("top.log"), os.stat("top.log").st_size,
    stat.filemode(os.stat("a").st_mode)[0], os.lstat("link").st_size, os.path.lexists("nothing"),
    os.access("top.log", os.R_OK), os.getcwd() == os.path.realpath(root))
for base, dirs, files in sorted(os.walk(".")):
    print(base, sorted(dirs), sorted(files))
with os.scandir("a") as entries:
    print(sorted((e.name, e.is_dir(), e.is_file(), e.is_symlink()) for e in entries))
os.rename("top.log", "renamed.log"); os.replace("renamed.log", "a/moved.log"); os.remove("link"); os.rmdir("empty")
print(sorted(glob.glob("**/*", recursive=True)), sorted(glob.glob("a/*.txt")), glob.glob("[x-z]*"),
    fnmatch.filter(["a.py", "b.txt", "c.PY"], "*.py"), fnmatch.fnmatchcase("A", "[!a]"), fnmatch.translate("*.t?t"))
shutil.copy("a/one.txt", "copy.txt"); shutil.copytree("a", "tree"); shutil.move("copy.txt",
    "tree/moved.txt"); print(sorted(str(p) for p in Path("tree").rglob("*"))); shutil.rmtree("tree"); print(
    os.path.exists("tree"))
for action in (lambda: os.remove("nope"), lambda: os.mkdir("a"), lambda: os.rmdir("a"), lambda: os.listdir("nope"),
        lambda: os.stat("nope"), lambda: os.rename("nope", "x"), lambda: open("a"), lambda: os.chdir("a/one.txt"),
        lambda: os.makedirs("a/b"), lambda: os.readlink("a"), lambda: os.listdir(5.5), lambda: os.stat(None),
        lambda: os.close(999), lambda: os.path.getsize("nope"), lambda: os.mkdir(b"a\0b"),
        lambda: os.open("nope", os.O_RDONLY), lambda: os.getenv(5), lambda: os.environ["NO_SUCH_VARIABLE"],
        lambda: os.read(0, -1)):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
print(os.path.join("a", "b", "/c", "d"), os.path.join("a", ""), os.path.split("/a/b/"), os.path.splitext("x.tar.gz"),
    os.path.splitext(".rc"), os.path.basename("/a/b"), os.path.dirname("/a/b"), os.path.normpath("a//b/../c/./d/"),
    os.path.relpath("/a/b/c", "/a/d"), os.path.commonpath(["/a/b/c", "/a/b/d"]), os.path.commonprefix(["abc", "abd"]),
    os.path.isabs("/x"), os.path.expanduser("~x_no_user"), os.path.normpath(""), os.path.abspath("/a/../b"),
    os.path.expandvars("$NO_X ${HOME_NO}"))
fd = os.open("raw", os.O_RDWR | os.O_CREAT, 0o640)
print(os.write(fd, b"raw bytes"), os.lseek(fd, 0, os.SEEK_SET), os.read(fd, 3), os.fstat(fd).st_size,
    oct(os.fstat(fd).st_mode & 0o777), os.ftruncate(fd, 2), os.close(fd), os.path.getsize("raw"),
    os.chmod("raw", 0o400), oct(stat.S_IMODE(os.stat("raw").st_mode)))
r, w = os.pipe()
os.write(w, b"through a pipe"); os.close(w)
print(os.read(r, 100), os.read(r, 1)); os.close(r)
os.environ["MINE"] = "value"
print(os.environ["MINE"], os.getenv("MINE"), os.getenv("NOT", "default"), os.environ.pop("MINE"), "MINE" in os.environ,
    os.sep, os.linesep == "\n", os.name, os.curdir, os.pathsep, os.devnull, os.fspath(Path("x")), os.fsencode("é"),
    os.fsdecode(b"\xff").encode("utf-8", "surrogateescape"), os.strerror(2), os.cpu_count() > 0, os.getpid() > 0,
    os.get_terminal_size.__name__, os.system("exit 3") >> 8, os.popen("echo popen").read(),
    os.waitstatus_to_exitcode(768), type(os.times()).__name__, os.urandom(4).__len__(), os.umask(0o22) >= 0)
p = Path("a")
print(p / "b" / "two.py", sorted(x.name for x in p.iterdir()), (p / "one.txt").read_text(),
    (p / "new").write_text("héllo", encoding="utf-8"), (p / "new").read_bytes(), (p / "new").stat().st_size, p.exists(),
    p.is_dir(), (p / "x" / ".." / "one.txt").name, p.resolve().name, sorted(str(x) for x in p.glob("**/*.txt")),
    Path("a/b/../c").parts, Path("/a/b.tar.gz").suffixes, Path("b.py").stem, Path("x").with_suffix(".md"),
    Path("a/x").with_name("y"), Path("a/b").parent, list(Path("/a/b/c").parents), Path("/a/b").relative_to("/a"),
    Path("a") == Path("a/"), Path("a") < Path("b"), repr(Path("q")), Path("a/b").as_posix(), Path("/x").is_absolute(),
    Path("a", "b", "c"), Path(), Path("a.py").match("*.py"), hash(Path("a")) == hash(Path("a")),
    PurePosixPath("/a").as_uri(), PureWindowsPath("c:\\x\\y").parts, PureWindowsPath("C:/A") == PureWindowsPath("c:/a"),
    Path("a").joinpath("b", "c"), sep="\n")
for action in (lambda: Path("nope").read_text(), lambda: Path("a").mkdir(), lambda: Path("a/b").relative_to("c"),
        lambda: Path("x").with_suffix("md"), lambda: Path("/").with_name("x"), lambda: Path("nope").unlink(),
        lambda: Path(5), lambda: Path("a") / 5, lambda: Path("a").rmdir(), lambda: list(Path("a").glob("")),
        lambda: PurePosixPath("a").as_uri(), lambda: Path("a") < "b"):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
(Path("deep") / "x").mkdir(parents=True, exist_ok=True); Path("deep/x/t").touch(); Path("deep/x/t").rename(
    "deep/t2"); Path("nope").unlink(missing_ok=True); print([str(x) for x in sorted(Path("deep").rglob("*"))])
with tempfile.TemporaryDirectory() as d:
    with tempfile.NamedTemporaryFile("w+", dir=d, suffix=".tmp") as f:
        f.write("x"); f.flush()
        print(os.path.exists(f.name), f.name.endswith(".tmp"), len(os.listdir(d)))
print(os.path.exists(d), tempfile.gettempdir() == os.environ["TMPDIR"])
with tempfile.TemporaryFile() as f, tempfile.SpooledTemporaryFile(max_size=5) as s:
    f.write(b"abc"); f.seek(1); print(f.read(), s.write(b"123456789"), s._rolled)
os.chdir("/")
