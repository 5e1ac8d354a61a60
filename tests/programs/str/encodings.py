# encode and decode: codecs, error handlers, positions in the errors.
text = "aé€😀\x00z"
for codec in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-8-sig", "utf-7",
        "unicode_escape", "raw_unicode_escape", "idna", "punycode", "cp1252", "latin-1", "ascii", "UTF8", "iso-8859-15",
        "koi8-r"):
    for errors in ("strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace"):
        try:
            data = text.encode(codec, errors)
            print(codec, errors, data)
            if errors == "strict":
                assert data.decode(codec) == text
                break
        except UnicodeError as error:
            if errors == "strict":
                print(codec, type(error).__name__, ascii(str(error)), getattr(error, "start", None),
                    getattr(error, "end", None), getattr(error, "reason", None))
for data in (b"\xff", b"\xc3", b"a\xe2\x82", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"ok\x80\x81z",
        b"\xf0\x9f\x98", b"\xe2\x28\xa1", b"\xf8\x88\x80\x80\x80"):
    for errors in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass"):
        try:
            print(data, errors, ascii(data.decode("utf-8", errors)))
        except UnicodeDecodeError as error:
            print(data, errors, error, error.object, error.start, error.end)
print("\udcff".encode("utf-8", "surrogateescape"), "\ud800".encode("utf-8", "surrogatepass"),
    b"\x80abc".decode("ascii", "surrogateescape").encode("ascii", "surrogateescape"),
    b"abc\x80".decode("latin-1") == "abc\x80")
for action in ("b'\\x80'.decode('ascii')", "b'a\\x00\\x00'.decode('utf-16-le')", "b'\\x00\\xd8'.decode('utf-16-le')",
        "b'\\\\x4'.decode('unicode_escape')", "'\\ud800'.encode()", "b''.decode('nope')", "'x'.encode('hex')",
        "b'a'.decode('utf-8', 'nohandler')", "b'\\xff'.decode('utf-8', 'nohandler')",
               "'é'.encode('ascii', 'nohandler')", "b'\\xff\\xfea\\x00'.decode('utf-16')",
                   "b'\\xef\\xbb\\xbfa'.decode('utf-8-sig')", "b'+AGE-'.decode('utf-7')", "b'\\x81'.decode('cp1252')"):
    try:
        print(action, "=", ascii(eval(action)))
    except Exception as error:
        print(f"{action}: {type(error).__name__}: {ascii(str(error))}")
import codecs


def handler(error):
    return ("<%d>" % len(error.object[error.start:error.end]), error.end)


codecs.register_error("demo", handler)
print("aéb€€c".encode("ascii", "demo"), codecs.lookup("utf8").name, codecs.lookup("latin1").name)
decoder = codecs.getincrementaldecoder("utf-8")()
print([decoder.decode(bytes([byte])) for byte in "é€".encode()], codecs.encode("abc", "rot13"),
    codecs.encode(b"ab", "hex"), codecs.decode(b"YWI=\n", "base64"))
