// The codec registry (PEP 100): search functions, the cache of found codecs, encoding and decoding by name; and the
// short ways that str.encode(), bytes.decode() and the like take for the codecs that live here.
#include "runtime/codecs.h"

#include <cstring>

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/exceptions.h"
#include "runtime/names.h"
#include "runtime/str_internal.h"
#include "runtime/thread_state.h"

namespace minipy {
namespace {

// Lower case, with each run of other characters than ASCII letters, digits and dots as one underscore. Returns the
// size.
size_t normalize_encoding(const char* encoding, char* out, size_t room) {
  size_t n = 0;
  bool gap = false;
  for (const char* p = encoding; *p; p++) {
    char c = *p >= 'A' && *p <= 'Z' ? static_cast<char>(*p + 32) : *p;
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.')) {
      gap = true;
      continue;
    }
    if (n + 2 >= room) return room;
    if (gap && n) out[n++] = '_';
    gap = false;
    out[n++] = c;
  }
  out[n] = 0;
  return n;
}

// The registry's list and dict, made on first use. Null: MemoryError pending.
List* search_path() {
  Interpreter* interp = current_interpreter();
  if (!interp->codec_search_path) {
    Ref<List> path = TRY(list_new());
    Ref<Dict> cache = TRY(dict_new());
    interp->codec_search_path = as_object(path.release());
    interp->codec_search_cache = as_object(cache.release());
  }
  return cast<List>(interp->codec_search_path);
}

}  // namespace

Status codec_register(Object* search_function) {
  List* path = TRY(search_path());
  if (!is_callable(search_function)) return raise(TypeError, "argument must be callable");
  return list_append(path, search_function);
}

Status codec_unregister(Object* search_function) {
  if (!current_interpreter()->codec_search_path) return kOk;
  List* path = TRY(search_path());
  for (ssize i = 0; i < list_size(path); i++) {
    if (path->items[i] != search_function) continue;
    dict_clear(cast<Dict>(current_interpreter()->codec_search_cache));
    return list_assign_slice(path, i, i + 1, nullptr);
  }
  return kOk;
}

Ref<Object> codec_lookup(const char* encoding) {
  List* path = TRY(search_path());
  Dict* cache = cast<Dict>(current_interpreter()->codec_search_cache);
  size_t room = std::strlen(encoding) + 3;
  Ref<Bytes> buffer = TRY(bytes_new(nullptr, static_cast<ssize>(room) + 2));
  size_t size = normalize_encoding(encoding, buffer->data, room);
  Ref<Str> name = TRY(str_from_ascii({buffer->data, size}));
  str_intern(name);
  if (Object* found = dict_get_str(cache, name.get())) return share(found);
  if (list_size(path) == 0) {
    return raise(LookupError, "no codec search functions registered: can't find encoding");
  }
  for (ssize i = 0; i < list_size(path); i++) {
    Ref<Object> function = share(path->items[i]);
    Ref<Object> result = TRY(call(function.get(), as_object(name.get())));
    if (is_none(result.get())) continue;
    if (!is_tuple(result.get()) || tuple_size(cast<Tuple>(result.get())) != 4) {
      return raise(TypeError, "codec search functions must return 4-tuples");
    }
    TRY(dict_set(cache, as_object(name.get()), result.get()));
    return result;
  }
  return raise(LookupError, "unknown encoding: {}", encoding);
}

Ref<Object> codec_lookup_text(const char* encoding, const char* alternate_command) {
  Ref<Object> codec = TRY(codec_lookup(encoding));
  // Plain tuples stand for text encodings, as in the days before CodecInfo had the flag.
  if (is_exactly(codec.get(), &tuple_type)) return codec;
  Ref<Object> flag;
  TRY(object_find_attr_ascii(codec.get(), "_is_text_encoding", flag));
  if (flag && !TRY(object_is_true(flag.get()))) {
    return raise(LookupError, "'{:.400}' is not a text encoding; use {} to handle arbitrary codecs", encoding,
                 alternate_command);
  }
  return codec;
}

namespace {

// Is the exception made of nothing but a message, so that another of its type can take its place?
bool is_plain_exception(Object* e) {
  Type* type = type_of(e);
  ssize base_size = exception_types::BaseException.basicsize;
  bool plain_size = type->basicsize == base_size ||
                    (type->weaklistoffset > 0 && type->basicsize == base_size + static_cast<ssize>(sizeof(Object*)));
  if (type->init != BaseException->init || type->new_ != BaseException->new_ || !plain_size ||
      type->itemsize != BaseException->itemsize) {
    return false;
  }
  Tuple* args = cast<Tuple>(cast<BaseExceptionObject>(e)->args);
  if (tuple_size(args) > 1 || (tuple_size(args) == 1 && !is_exact_str(args->items[0]))) return false;
  Ref<Object> dict;
  return object_find_attr(e, NAME("__dict__"), dict) &&
         (!dict || !is_dict(dict.get()) || dict_size(cast<Dict>(dict.get())) == 0);
}

// Names the codec in the pending exception where that can be done.
void add_codec_to_error(const char* operation, const char* encoding) {
  Ref<Object> e = error_take();
  if (!is_plain_exception(e.get())) {
    error_restore(std::move(e));
    return;
  }
  (void)raise(type_of(e.get()), "{} with '{}' codec failed ({}: {})", operation, encoding, type_name(e.get()), e.get());
  Ref<Object> outer = error_take();
  exception_set_cause(outer.get(), std::move(e));
  error_restore(std::move(outer));
}

Ref<Object> run_coder(Object* codec, int index, Object* p, const char* encoding, const char* errors) {
  bool encode = index == 0;
  Ref<Object> function = share(cast<Tuple>(codec)->items[index]);
  Ref<Object> result;
  if (errors) {
    Ref<Str> errors_text = TRY(str_from_utf8(errors));
    result = call(function.get(), p, as_object(errors_text.get()));
  } else {
    result = call(function.get(), p);
  }
  if (!result) {
    add_codec_to_error(encode ? "encoding" : "decoding", encoding);
    return nullptr;
  }
  if (!is_tuple(result.get()) || tuple_size(cast<Tuple>(result.get())) != 2) {
    return raise(TypeError, encode ? "encoder must return a tuple (object, integer)"
                                   : "decoder must return a tuple (object,integer)");
  }
  return share(cast<Tuple>(result.get())->items[0]);
}

}  // namespace

Ref<Object> codec_encode(Object* p, const char* encoding, const char* errors) {
  Ref<Object> codec = TRY(codec_lookup(encoding));
  return run_coder(codec.get(), 0, p, encoding, errors);
}
Ref<Object> codec_decode(Object* p, const char* encoding, const char* errors) {
  Ref<Object> codec = TRY(codec_lookup(encoding));
  return run_coder(codec.get(), 1, p, encoding, errors);
}
Ref<Object> codec_encode_text(Object* p, const char* encoding, const char* errors) {
  Ref<Object> codec = TRY(codec_lookup_text(encoding, "codecs.encode()"));
  return run_coder(codec.get(), 0, p, encoding, errors);
}
Ref<Object> codec_decode_text(Object* p, const char* encoding, const char* errors) {
  Ref<Object> codec = TRY(codec_lookup_text(encoding, "codecs.decode()"));
  return run_coder(codec.get(), 1, p, encoding, errors);
}

// ---- Short ways
// ------------------------------------------------------------------------------------------------------------

namespace {

enum class NativeCodec { kNone, kUtf8, kUtf16, kUtf32, kAscii, kLatin1 };

NativeCodec native_codec(const char* encoding) {
  if (!encoding) return NativeCodec::kUtf8;
  char name[16];
  size_t n = normalize_encoding(encoding, name, 12);
  if (n >= 12) return NativeCodec::kNone;
  std::string_view s{name, n};
  if (s.substr(0, 3) == "utf") {
    s.remove_prefix(3);
    if (s.substr(0, 1) == "_") s.remove_prefix(1);
    return s == "8"    ? NativeCodec::kUtf8
           : s == "16" ? NativeCodec::kUtf16
           : s == "32" ? NativeCodec::kUtf32
                       : NativeCodec::kNone;
  }
  if (s == "ascii" || s == "us_ascii") return NativeCodec::kAscii;
  if (s == "latin1" || s == "latin_1" || s == "iso_8859_1" || s == "iso8859_1") return NativeCodec::kLatin1;
  return NativeCodec::kNone;
}

}  // namespace

namespace {

// In development mode the names are checked even where they would not be needed.
Status check_codec_names(const char* encoding, const char* errors) {
  if (!current_interpreter()->config.dev_mode || current_interpreter()->finalizing) return kOk;
  if (encoding && std::strcmp(encoding, "utf-8") != 0) TRY(codec_lookup(encoding));
  if (errors && std::strcmp(errors, "strict") != 0) TRY(codec_lookup_error(errors));
  return kOk;
}

}  // namespace

Ref<Str> str_decode(const char* data, ssize size, const char* encoding, const char* errors) {
  TRY(check_codec_names(encoding, errors));
  if (size == 0) return str_empty();
  int byte_order = 0;
  switch (native_codec(encoding)) {
    case NativeCodec::kUtf8: return str_decode_utf8(data, size, errors);
    case NativeCodec::kUtf16: return str_decode_utf16(data, size, errors, &byte_order, nullptr);
    case NativeCodec::kUtf32: return str_decode_utf32(data, size, errors, &byte_order, nullptr);
    case NativeCodec::kAscii: return str_decode_ascii(data, size, errors);
    case NativeCodec::kLatin1: return str_decode_latin1(data, size);
    case NativeCodec::kNone: break;
  }
  Ref<Object> view = TRY(memoryview_from_memory(const_cast<char*>(data), size, false));
  Ref<Object> text = TRY(codec_decode_text(view.get(), encoding, errors));
  if (!is_str(text.get())) {
    return raise(
        TypeError,
        "'{:.400}' decoder returned '{:.400}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
        encoding, type_name(text.get()));
  }
  return std::move(text).cast_to<Str>();
}

Ref<Object> str_encode(Str* s, const char* encoding, const char* errors) {
  TRY(check_codec_names(encoding, errors));
  switch (native_codec(encoding)) {
    case NativeCodec::kUtf8: return str_encode_utf8(s, errors);
    case NativeCodec::kUtf16: return str_encode_utf16(s, errors, 0);
    case NativeCodec::kUtf32: return str_encode_utf32(s, errors, 0);
    case NativeCodec::kAscii: return str_encode_ascii(s, errors);
    case NativeCodec::kLatin1: return str_encode_latin1(s, errors);
    case NativeCodec::kNone: break;
  }
  Ref<Object> encoded = TRY(codec_encode_text(as_object(s), encoding, errors));
  if (is_bytes(encoded.get())) return encoded;
  if (is_instance_of(encoded.get(), &bytearray_type)) {
    TRY(warn(RuntimeWarning, 1,
             "encoder {} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types",
             encoding));
    ByteArray* b = cast<ByteArray>(encoded.get());
    return bytes_new(b->start, b->base.size);
  }
  return raise(
      TypeError,
      "'{:.400}' encoder returned '{:.400}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
      encoding, type_name(encoded.get()));
}

// ---- The file system's encoding
// ----------------------------------------------------------------------------------------------

Ref<Str> str_decode_fs(const char* data, ssize size) {
  if (size < 0) size = static_cast<ssize>(std::strlen(data));
  return str_decode_utf8(data, size, "surrogateescape");
}

Ref<Object> str_encode_fs(Object* path) {
  Ref<Object> p = TRY(object_fspath(path));
  Ref<Object> encoded = is_bytes(p.get()) ? std::move(p) : str_encode_utf8(cast<Str>(p.get()), "surrogateescape");
  if (!encoded) return nullptr;
  if (bytes_view(cast<Bytes>(encoded.get())).find('\0') != std::string_view::npos) {
    return raise(ValueError, "embedded null byte");
  }
  return encoded;
}

}  // namespace minipy
