// The module _io: open(), open_code(), text_encoding(), and the types.
#include "runtime/module.h"

#include <sys/stat.h>
#include <cerrno>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/_io/io.h"
#include "stdlib/import.h"

namespace minipy::io {

namespace {

// The module's own exception type, made on import and kept.
Type* g_unsupported_operation = nullptr;

// ---- open()
// ----------------------------------------------------------------------------------------------------------

struct OpenMode {
  bool creating = false, reading = false, writing = false, appending = false;
  bool updating = false, text = false, binary = false;
  char raw[5];  // what FileIO is told
};

Maybe<OpenMode> parse_open_mode(Str* mode_text) {
  auto text = str_utf8(mode_text);
  if (!text.data()) return kRaised;
  OpenMode m;
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    bool* flag = c == 'x'   ? &m.creating
                 : c == 'r' ? &m.reading
                 : c == 'w' ? &m.writing
                 : c == 'a' ? &m.appending
                 : c == '+' ? &m.updating
                 : c == 't' ? &m.text
                 : c == 'b' ? &m.binary
                            : nullptr;
    if (!flag || text.find(c) != i) return raise(ValueError, "invalid mode: '{}'", mode_text);
    *flag = true;
  }
  char* p = m.raw;
  if (m.creating) *p++ = 'x';
  if (m.reading) *p++ = 'r';
  if (m.writing) *p++ = 'w';
  if (m.appending) *p++ = 'a';
  if (m.updating) *p++ = '+';
  if (p - m.raw > 4) p = m.raw + 4;  // several modes: refused just now
  *p = '\0';
  if (m.text && m.binary) return raise(ValueError, "can't have text and binary mode at once");
  if (m.creating + m.reading + m.writing + m.appending > 1) {
    return raise(ValueError, "must have exactly one of create/read/write/append mode");
  }
  return m;
}

Status check_binary_arguments(const OpenMode& mode, Str* encoding, Str* errors, Str* newline) {
  if (!mode.binary) return kOk;
  if (encoding) return raise(ValueError, "binary mode doesn't take an encoding argument");
  if (errors) return raise(ValueError, "binary mode doesn't take an errors argument");
  if (newline) return raise(ValueError, "binary mode doesn't take a newline argument");
  return kOk;
}

Object* or_none(Str* s) { return s ? as_object(s) : py_none(); }

// The layers above the raw file. *top is the outermost one made so far, for closing it on failure.
Ref<Object> open_layers(const OpenMode& mode, Str* mode_text, int buffering, Str* encoding, Str* errors, Str* newline,
                        Ref<Object>& top) {
  Object* raw = top.get();
  bool terminal = false;
  if (buffering < 0 && !cast<FileIo>(raw)->opened_regular) {
    auto r = TRY(call_method(raw, NAME("isatty")));
    terminal = TRY(object_is_true(r.get()));
  }
  bool line_buffering = buffering == 1 || terminal;
  if (line_buffering) buffering = -1;
  if (buffering < 0) {
    auto size = TRY(object_get_attr(raw, NAME("_blksize")));
    buffering = static_cast<int>(TRY(number_as_ssize(size.get(), OverflowError)));
  }
  if (buffering == 0) {
    if (!mode.binary) return raise(ValueError, "can't have unbuffered text I/O");
    return top;
  }
  Type* buffered = mode.updating                                     ? &buffered_random_type
                   : mode.creating || mode.writing || mode.appending ? &buffered_writer_type
                                                                     : nullptr;
  if (!buffered) {
    if (!mode.reading) return raise(ValueError, "unknown mode: '{}'", mode_text);
    buffered = &buffered_reader_type;
  }
  auto size = TRY(int_from(buffering));
  top = TRY(call(as_object(buffered), raw, size.get()));
  if (mode.binary) return top;
  top = TRY(call(as_object(&textiowrapper_type), top.get(), or_none(encoding), or_none(errors), or_none(newline),
                 py_bool(line_buffering)));
  TRY(object_set_attr(top.get(), NAME("mode"), as_object(mode_text)));
  return top;
}

Ref<Object> io_open(Object*, Object* file, Str* mode_argument, int buffering, Str* encoding, Str* errors, Str* newline,
                    bool closefd, Object* opener) {
  Str* mode_text = mode_argument ? mode_argument : NAME("r");
  // Numbers of open files are passed on as they are; so is what has __index__.
  Ref<Object> path = has_index(file) ? share(file) : object_fspath(file);
  if (!path) return kRaised;
  OpenMode mode = TRY(parse_open_mode(mode_text));
  TRY(check_binary_arguments(mode, encoding, errors, newline));
  if (mode.binary && buffering == 1) {
    TRY(warn(RuntimeWarning, 1,
             "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"));
  }
  auto raw_mode = TRY(str_from_ascii(mode.raw));
  Ref<Object> top = TRY(call(as_object(&fileio_type), path.get(), raw_mode.get(), py_bool(closefd), opener));
  auto result = open_layers(mode, mode_text, buffering, encoding, errors, newline, top);
  if (result) return result;
  ChainedError error;
  auto closed = call_method(top.get(), NAME("close"));
  error.finish();
  return kRaised;
}

Ref<Object> io_open_code(Object*, Str* path) {
  auto open = TRY(import_attribute("_io", "open"));  // as CPython asks for it
  return call(open.get(), path, NAME("rb"));
}

Ref<Object> io_text_encoding(Object*, Object* encoding, int stacklevel) {
  if (encoding && !is_none(encoding)) return share(encoding);
  if (current_interpreter()->config.warn_default_encoding) {
    TRY(warn(EncodingWarning, stacklevel, "'encoding' argument not specified"));
  }
  return share(as_object(current_interpreter()->config.utf8_mode ? NAME("utf-8") : NAME("locale")));
}

constinit MethodDef io_functions[] = {
    FUNCTION(io_open,
             "open(module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, "
             "closefd=True, opener=None)",
             "Open a file and return a stream; OSError where that fails.\n\n"
             "file is a path or the number of an open file.  mode is 'r' to read (the default),\n"
             "'w' to write, emptying the file first, 'x' to create a file that must not exist yet, 'a'\n"
             "to append; with 'b' the stream is binary, with 't' (the default) it is text; '+' opens\n"
             "for reading and writing.  buffering is 0 for none (binary only), 1 for line buffering\n"
             "(text only), or the buffer's size; by default files have buffers and terminals are\n"
             "line-buffered.  encoding and errors choose the codec of text and what it does with\n"
             "errors.  newline says which line endings text has: None (any is read as '\\n', '\\n' is\n"
             "written as os.linesep), '', '\\n', '\\r' or '\\r\\n'.  closefd=False keeps a numbered file\n"
             "open when the stream is closed.  opener(path, flags) may open the file instead."),
    FUNCTION(io_text_encoding, "text_encoding(module, encoding, stacklevel=2, /)",
             "For functions that have an encoding=None parameter and pass it on to open(): the\n"
             "encoding itself where it is not None, otherwise 'locale' (or 'utf-8' in UTF-8 mode),\n"
             "with an EncodingWarning where those are asked for."),
    FUNCTION(io_open_code, "open_code(module, /, path)",
             "Open the file to be run as code, a binary stream; path is absolute."),
    {},
};

Status add_unsupported_operation(Module* m) {
  if (!g_unsupported_operation) {
    auto name = TRY(str_from_ascii("UnsupportedOperation"));
    auto bases = TRY(tuple_pack(OSError, ValueError));
    auto dict = TRY(dict_new());
    TRY(dict_set_ascii(dict.get(), "__module__", as_object(NAME("io"))));
    auto type = TRY(call(as_object(&type_type), name.get(), bases.get(), dict.get()));
    g_unsupported_operation = cast<Type>(type.release());
  }
  return module_add(m, "UnsupportedOperation", share(as_object(g_unsupported_operation)));
}

Status io_exec(Module* m) {
  TRY(module_add_int(m, "DEFAULT_BUFFER_SIZE", kDefaultBufferSize));
  TRY(add_unsupported_operation(m));
  TRY(module_add(m, "BlockingIOError", share(as_object(BlockingIOError))));
  Type* types[] = {
      &iobase_type,  &newline_decoder_type, &bufferediobase_type,  &rawiobase_type,       &textiobase_type,
      &bytesio_type, &buffered_reader_type, &buffered_writer_type, &buffered_rwpair_type, &buffered_random_type,
      &fileio_type,  &stringio_type,        &textiowrapper_type,
  };
  for (Type* type : types) TRY(module_add_type(m, type));
  return type_ready(&bytesio_buffer_type);
}

}  // namespace

Type* unsupported_operation_type() { return g_unsupported_operation ? g_unsupported_operation : OSError; }

}  // namespace minipy::io

namespace minipy {

extern constinit NativeModule _io_module;
constinit NativeModule _io_module = {"_io", io::io_functions, io::io_exec,
                                     "The streams of module io, which imports everything from here."};

}  // namespace minipy
