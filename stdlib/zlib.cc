// Module zlib: compression as in RFC 1950 to 1952, over Debian's zlib.
//
// A stream works without the GIL, so each object has a lock: two threads that use one object take turns.
#include <zlib.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <iterator>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bind_given.h"
#include "runtime/bind_keywords.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/heap_type_new.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/thread_state.h"
#include "stdlib/object_lock.h"

namespace minipy {
namespace {

constexpr int kDefaultMemoryLevel = 8;
constexpr ssize kDefaultBufferSize = 16 * 1024;

// Made on import.
Type* g_error = nullptr;
Type* g_compress = nullptr;
Type* g_decompress = nullptr;

// zlib.Compress and zlib.Decompress.
struct Stream {
  Object base;
  z_stream z;
  Bytes* unused_data;      // what followed the end of the compressed data
  Bytes* unconsumed_tail;  // input that max_length has left over
  char eof;
  int open;            // z holds memory of zlib's
  Object* dictionary;  // of Decompress, null: none
  NativeLock* lock;
};
static_assert(sizeof(Stream) == 168);

// Also called without the GIL.
voidpf allocate_for_zlib(voidpf, uInt count, uInt size) {
  return memory::raw_alloc(size_t{count} * size);  // 32 bits times 32
}
void free_for_zlib(voidpf, voidpf p) { memory::raw_free(p); }

void prepare(z_stream& z) {
  z = {};
  z.zalloc = allocate_for_zlib;
  z.zfree = free_for_zlib;
}

// ---- Errors -------------------------------------------------------------------------------------------------------

Raised raise_zlib(const z_stream& z, int code, const char* doing) {
  // A version error comes before the stream has been set up.
  const char* reason = code == Z_VERSION_ERROR ? "library version mismatch" : z.msg;
  if (!reason) {
    if (code == Z_BUF_ERROR) reason = "incomplete or truncated stream";
    if (code == Z_STREAM_ERROR) reason = "inconsistent stream state";
    if (code == Z_DATA_ERROR) reason = "invalid input data";
  }
  if (!reason) return raise(g_error, "Error {} {}", code, doing);
  return raise(g_error, "Error {} {}: {:.200}", code, doing, reason);
}

// For code that has to close the stream afterwards, whose message the exception shows.
Status failed(const z_stream& z, int code, const char* doing) { return raise_zlib(z, code, doing); }

// ---- Arguments ----------------------------------------------------------------------------------------------------

Maybe<int> int_argument(Object* p, int fallback) { return p ? bind::to_int(p) : Maybe<int>(fallback); }
Maybe<ssize> size_argument(Object* p, ssize fallback) { return p ? bind::to_ssize(p) : Maybe<ssize>(fallback); }

Bytef* bytes_of(const HeldBuffer& buffer) { return reinterpret_cast<Bytef*>(const_cast<char*>(buffer.data())); }

Status check_dictionary_size(const HeldBuffer& dictionary) {
  if (static_cast<size_t>(dictionary.size()) <= UINT_MAX) return kOk;
  return raise(OverflowError, "zdict length does not fit in an unsigned int");
}

// ---- Input and output ---------------------------------------------------------------------------------------------

// Input of any size, handed to a stream in pieces that fit its counter.
class Input {
 public:
  Input(z_stream& z, const HeldBuffer& buffer) : Input(z, bytes_of(buffer), buffer.size()) {}
  Input(z_stream& z, Bytef* data, ssize size) : z_(z), end_(data + size) { z_.next_in = data; }

  // The next piece; true when more will follow.
  bool next() {
    size_t rest = static_cast<size_t>(end_ - z_.next_in);
    z_.avail_in = static_cast<uInt>(std::min<size_t>(rest, UINT_MAX));
    more_ = rest > z_.avail_in;
    return more_;
  }
  bool more() const { return more_; }
  // What the stream has not taken.
  ssize rest() const { return end_ - z_.next_in; }
  const char* rest_data() const { return reinterpret_cast<const char*>(z_.next_in); }

 private:
  z_stream& z_;
  Bytef* end_;
  bool more_ = false;
};

// Output as one bytes object that grows by the same blocks as CPython's: stored blocks (level 0) are as large as the
// room that deflate() is given, so these sizes show in what it makes.
class Output {
 public:
  // limit: of the whole output; -1: none.
  explicit Output(z_stream& z, ssize limit = -1) : z_(z), limit_(limit) {}

  // Makes the first block; first_size 0: the usual one.
  Status start(ssize first_size = 0) { return add_block(first_size ? first_size : block_size()); }
  // Room for more where all is used. False when the limit has been reached.
  Maybe<bool> make_room() {
    if (z_.avail_out > 0) return true;
    if (limit_ >= 0 && size_ == limit_) return false;
    if (!add_block(block_size())) return kRaised;
    return true;
  }
  Ref<Bytes> finish() {
    ssize used = size_ - z_.avail_out;
    if (used <= 1) return bytes_new(bytes_->data, used);
    TRY(bytes_resize(bytes_, used));
    return std::move(bytes_);
  }

 private:
  ssize block_size() const {
    constexpr ssize kKiB = 1024, kMiB = 1024 * kKiB;
    constexpr ssize kSizes[] = {32 * kKiB, 64 * kKiB, 256 * kKiB, 1 * kMiB,   4 * kMiB,  8 * kMiB,
                                16 * kMiB, 16 * kMiB, 32 * kMiB,  32 * kMiB,  32 * kMiB, 32 * kMiB,
                                64 * kMiB, 64 * kMiB, 128 * kMiB, 128 * kMiB, 256 * kMiB};
    ssize size = kSizes[std::min(blocks_, std::size(kSizes) - 1)];
    return limit_ < 0 ? size : std::min(size, limit_ - size_);
  }
  Status add_block(ssize block) {
    bool fits = block <= PTRDIFF_MAX - size_ && size_t(block) <= UINT_MAX;
    if (fits && !bytes_) bytes_ = bytes_new(nullptr, block);
    if (!fits || !bytes_ || (blocks_ > 0 && !bytes_resize(bytes_, size_ + block))) {
      error_clear();
      return raise(MemoryError, "Unable to allocate output buffer.");
    }
    z_.next_out = reinterpret_cast<Bytef*>(bytes_->data) + size_;
    z_.avail_out = static_cast<uInt>(block);
    size_ += block;
    blocks_++;
    return kOk;
  }

  z_stream& z_;
  ssize limit_;
  ssize size_ = 0;  // of all blocks
  size_t blocks_ = 0;
  Ref<Bytes> bytes_;
};

// ---- Compressing --------------------------------------------------------------------------------------------------

// Runs deflate() until it has room left, so that it has done all it can. Failed: no memory; zlib's failures are in
// *code.
Status deflate_piece(z_stream& z, Output& output, int flush, int* code) {
  do {
    TRY(output.make_room());
    {
      ReleaseGil other_threads_run;
      *code = deflate(&z, flush);
    }
    if (*code == Z_STREAM_ERROR) return kOk;
  } while (z.avail_out == 0);
  return kOk;
}

// Compresses all of the input; the last piece with `flush`.
Status deflate_input(z_stream& z, Input& input, Output& output, int flush, const char* doing) {
  TRY(output.start());
  bool more;
  do {
    more = input.next();
    int code;
    TRY(deflate_piece(z, output, more ? Z_NO_FLUSH : flush, &code));
    if (code == Z_STREAM_ERROR) return failed(z, code, doing);
  } while (more);
  return kOk;
}

Ref<Object> zlib_compress(Object*, Object* data, Object* level, Object* wbits) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  int wanted_level = TRY(int_argument(level, Z_DEFAULT_COMPRESSION));
  int window = TRY(int_argument(wbits, MAX_WBITS));
  z_stream z;
  prepare(z);
  switch (int code = deflateInit2(&z, wanted_level, Z_DEFLATED, window, kDefaultMemoryLevel, Z_DEFAULT_STRATEGY)) {
    case Z_OK: break;
    case Z_MEM_ERROR: return raise(MemoryError, "Out of memory while compressing data");
    case Z_STREAM_ERROR: return raise(g_error, "Bad compression level");
    default: deflateEnd(&z); return raise_zlib(z, code, "while compressing data");
  }
  Input input(z, buffer);
  Output output(z);
  Status done = deflate_input(z, input, output, Z_FINISH, "while compressing data");
  int code = deflateEnd(&z);
  if (!done) return nullptr;
  if (code != Z_OK) return raise_zlib(z, code, "while finishing compression");
  return output.finish();
}

// ---- Decompressing ------------------------------------------------------------------------------------------------

Status set_dictionary(Stream* s) {
  HeldBuffer dictionary;
  TRY(dictionary.get(s->dictionary));
  TRY(check_dictionary_size(dictionary));
  int code = inflateSetDictionary(&s->z, bytes_of(dictionary), static_cast<uInt>(dictionary.size()));
  return code == Z_OK ? kOk : failed(s->z, code, "while setting zdict");
}

// Runs inflate() over the input until it ends, fails or the output's limit is reached: *code tells. With `owner`, whose
// preset dictionary is used when asked for; null: none. The last piece is inflated with `flush`.
Status inflate_input(z_stream& z, Stream* owner, Input& input, Output& output, int flush, int* code) {
  do {
    bool more = input.next();
    do {
      if (!TRY(output.make_room())) return kOk;
      {
        ReleaseGil other_threads_run;
        *code = inflate(&z, more ? Z_NO_FLUSH : flush);
      }
      if (*code == Z_NEED_DICT && owner && owner->dictionary) {
        TRY(set_dictionary(owner));
      } else if (*code != Z_OK && *code != Z_BUF_ERROR && *code != Z_STREAM_END) {
        return kOk;
      }
    } while (z.avail_out == 0 || *code == Z_NEED_DICT);
  } while (*code != Z_STREAM_END && input.more());
  return kOk;
}

Ref<Object> zlib_decompress(Object*, Object* data, Object* wbits, Object* bufsize) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  int window = TRY(int_argument(wbits, MAX_WBITS));
  ssize first_size = TRY(size_argument(bufsize, kDefaultBufferSize));
  if (first_size < 0) return raise(ValueError, "bufsize must be non-negative");
  z_stream z;
  prepare(z);
  switch (int code = inflateInit2(&z, window)) {
    case Z_OK: break;
    case Z_MEM_ERROR: return raise(MemoryError, "Out of memory while decompressing data");
    default: inflateEnd(&z); return raise_zlib(z, code, "while preparing to decompress data");
  }
  Input input(z, buffer);
  Output output(z);
  int code = Z_OK;
  Status done = output.start(std::max<ssize>(first_size, 1));
  if (done) done = inflate_input(z, nullptr, input, output, Z_SYNC_FLUSH, &code);
  if (done && code == Z_MEM_ERROR) done = raise(MemoryError, "Out of memory while decompressing data");
  if (done && code != Z_STREAM_END) {
    done = failed(z, code == Z_OK ? Z_BUF_ERROR : code, "while decompressing data");
  }
  code = inflateEnd(&z);
  if (!done) return nullptr;
  if (code != Z_OK) return raise_zlib(z, code, "while finishing decompression");
  return output.finish();
}

// ---- Compress and Decompress --------------------------------------------------------------------------------------

Ref<Stream> new_stream(Type* type) {
  Ref<Stream> s = Ref<Stream>::steal(reinterpret_cast<Stream*>(type->alloc(type, 0)));
  if (!s) return nullptr;
  prepare(s->z);
  s->unused_data = TRY(bytes_new("", 0))
  .release();
  s->unconsumed_tail = TRY(bytes_new("", 0))
  .release();
  s->lock = object_lock_new();
  if (!s->lock) return raise_no_memory_error();
  return s;
}

template <int (*kEnd)(z_stream*)>
void stream_dealloc(Object* p) {
  Stream* s = cast<Stream>(p);
  if (s->open) kEnd(&s->z);
  object_lock_free(s->lock);
  xdecref(s->unused_data);
  xdecref(s->unconsumed_tail);
  xdecref(s->dictionary);
  free_instance(p);
}

// How messages speak of the two types.
struct Kind {
  const char* no_memory;
  const char* creating;
  const char* copying;
};
constexpr Kind kCompression = {"Can't allocate memory for compression object", "while creating compression object",
                               "while copying compression object"};
constexpr Kind kDecompression = {"Can't allocate memory for decompression object",
                                 "while creating decompression object", "while copying decompression object"};

// What setting up a stream told.
Status check_opened(Stream* s, int code, const Kind& kind) {
  switch (code) {
    case Z_OK: s->open = 1; return kOk;
    case Z_MEM_ERROR: return raise(MemoryError, kind.no_memory);
    case Z_STREAM_ERROR: return raise(ValueError, "Invalid initialization option");
    default: return failed(s->z, code, kind.creating);
  }
}

Ref<Object> zlib_compressobj(Object*, Object* level, Object* method, Object* wbits, Object* memory_level,
                             Object* strategy, GivenArgument zdict) {
  int wanted_level = TRY(int_argument(level, Z_DEFAULT_COMPRESSION));
  int wanted_method = TRY(int_argument(method, Z_DEFLATED));
  int window = TRY(int_argument(wbits, MAX_WBITS));
  int wanted_memory = TRY(int_argument(memory_level, kDefaultMemoryLevel));
  int wanted_strategy = TRY(int_argument(strategy, Z_DEFAULT_STRATEGY));
  HeldBuffer dictionary;
  if (zdict.value) {
    TRY(dictionary.get(zdict.value));
    TRY(check_dictionary_size(dictionary));
  }
  Ref<Stream> s = TRY(new_stream(g_compress));
  int code = deflateInit2(&s->z, wanted_level, wanted_method, window, wanted_memory, wanted_strategy);
  TRY(check_opened(s.get(), code, kCompression));
  if (zdict.value) {
    code = deflateSetDictionary(&s->z, bytes_of(dictionary), static_cast<uInt>(dictionary.size()));
    if (code == Z_STREAM_ERROR) return raise(ValueError, "Invalid dictionary");
    if (code != Z_OK) return raise(ValueError, "deflateSetDictionary()");
  }
  return s;
}

Ref<Object> zlib_decompressobj(Object*, Object* wbits, Object* zdict) {
  int window = TRY(int_argument(wbits, MAX_WBITS));
  if (zdict && !object_has_buffer(zdict)) {
    return raise(TypeError, "zdict argument must support the buffer protocol");
  }
  Ref<Stream> s = TRY(new_stream(g_decompress));
  if (zdict) s->dictionary = share(zdict).release();
  TRY(check_opened(s.get(), inflateInit2(&s->z, window), kDecompression));
  // A raw stream has no header that asks for the dictionary.
  if (zdict && window < 0) TRY(set_dictionary(s.get()));
  return s;
}

Ref<Object> compress_compress(Stream* s, Object* data) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  HeldLock held(s->lock);
  Input input(s->z, buffer);
  Output output(s->z);
  TRY(deflate_input(s->z, input, output, Z_NO_FLUSH, "while compressing data"));
  return output.finish();
}

Ref<Object> compress_flush(Stream* s, Object* mode) {
  int flush = TRY(int_argument(mode, Z_FINISH));
  if (flush == Z_NO_FLUSH) return bytes_new("", 0);
  HeldLock held(s->lock);
  s->z.avail_in = 0;
  Output output(s->z);
  int code;
  TRY(output.start());
  TRY(deflate_piece(s->z, output, flush, &code));
  if (code == Z_STREAM_END && flush == Z_FINISH) {
    code = deflateEnd(&s->z);
    if (code != Z_OK) return raise_zlib(s->z, code, "while finishing compression");
    s->open = 0;
  } else if (code != Z_OK && code != Z_BUF_ERROR) {
    return raise_zlib(s->z, code, "while flushing");
  }
  return output.finish();
}

template <int (*kCopy)(z_stream*, z_stream*)>
Ref<Object> stream_copy(Stream* s) {
  const Kind& kind = type_of(s) == g_compress ? kCompression : kDecompression;
  Ref<Stream> copy = TRY(new_stream(type_of(s)));
  HeldLock held(s->lock);
  switch (int code = kCopy(&copy->z, &s->z)) {
    case Z_OK: break;
    case Z_STREAM_ERROR: return raise(ValueError, "Inconsistent stream state");
    case Z_MEM_ERROR: return raise(MemoryError, kind.no_memory);
    default: return raise_zlib(s->z, code, kind.copying);
  }
  copy->open = s->open;
  copy->eof = s->eof;
  replace_field(copy->unused_data, share(s->unused_data));
  replace_field(copy->unconsumed_tail, share(s->unconsumed_tail));
  if (s->dictionary) copy->dictionary = share(s->dictionary).release();
  return copy;
}
template <int (*kCopy)(z_stream*, z_stream*)>
Ref<Object> stream_deepcopy(Stream* s, Object*) {
  return stream_copy<kCopy>(s);
}

// Puts the input that is left where the program looks for it: behind the end of the compressed data, or to be given
// again.
Status keep_rest(Stream* s, const Input& input, int code) {
  if (code == Z_STREAM_END) {
    if (input.rest() > 0) {
      ssize old_size = s->unused_data->base.size;
      Ref<Bytes> all = TRY(bytes_new(nullptr, old_size + input.rest()));
      std::memcpy(all->data, s->unused_data->data, static_cast<size_t>(old_size));
      std::memcpy(all->data + old_size, input.rest_data(), static_cast<size_t>(input.rest()));
      replace_field(s->unused_data, std::move(all));
    }
    s->z.avail_in = 0;
  }
  ssize rest = code == Z_STREAM_END ? 0 : input.rest();
  if (rest > 0 || s->unconsumed_tail->base.size > 0) {
    replace_field(s->unconsumed_tail, TRY(bytes_new(input.rest_data(), rest)));
  }
  return kOk;
}

Ref<Object> decompress_decompress(Stream* s, Object* data, ssize max_length) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  if (max_length < 0) return raise(ValueError, "max_length must be non-negative");
  HeldLock held(s->lock);
  Input input(s->z, buffer);
  Output output(s->z, max_length ? max_length : -1);
  int code = Z_OK;
  TRY(output.start());
  TRY(inflate_input(s->z, s, input, output, Z_SYNC_FLUSH, &code));
  TRY(keep_rest(s, input, code));
  if (code == Z_STREAM_END) {
    s->eof = 1;
  } else if (code != Z_OK && code != Z_BUF_ERROR) {
    return raise_zlib(s->z, code, "while decompressing data");
  }
  return output.finish();
}

Ref<Object> decompress_flush(Stream* s, Object* length) {
  ssize first_size = TRY(size_argument(length, kDefaultBufferSize));
  if (first_size <= 0) return raise(ValueError, "length must be greater than zero");
  HeldLock held(s->lock);
  Ref<Bytes> tail = share(s->unconsumed_tail);
  Input input(s->z, reinterpret_cast<Bytef*>(tail->data), tail->base.size);
  Output output(s->z);
  int code = Z_OK;
  TRY(output.start(first_size));
  TRY(inflate_input(s->z, s, input, output, Z_FINISH, &code));
  TRY(keep_rest(s, input, code));
  // Otherwise the data is incomplete or wrong, which is no error here.
  if (code == Z_STREAM_END) {
    s->eof = 1;
    s->open = 0;
    code = inflateEnd(&s->z);
    if (code != Z_OK) return raise_zlib(s->z, code, "while finishing decompression");
  }
  return output.finish();
}

constinit MethodDef compress_methods[] = {
    KEYWORD_METHOD(compress_compress, "compress(self, data, /)",
                   "Compress more data; returns the part of the output that is ready.\n\n"
                   "The rest comes from later calls and from flush()."),
    KEYWORD_METHOD(compress_flush, "flush(self, mode=zlib.Z_FINISH, /)",
                   "Return the output that is still within the compressor.\n\n"
                   "mode is one of the constants Z_..._FLUSH and Z_FINISH; after Z_FINISH the object is used up."),
    KEYWORD_METHOD(stream_copy<deflateCopy>, "copy(self, /)", "Return a copy of the compressor in its present state."),
    KEYWORD_METHOD(stream_copy<deflateCopy>, "__copy__(self, /)", ""),
    KEYWORD_METHOD(stream_deepcopy<deflateCopy>, "__deepcopy__(self, memo, /)", ""),
    {},
};
constinit MethodDef decompress_methods[] = {
    KEYWORD_METHOD(decompress_decompress, "decompress(self, data, /, max_length=0)",
                   "Decompress more data; returns the part of the output that is ready.\n\n"
                   "At most max_length bytes are returned, unless it is 0; what has not been needed of the data is in "
                   "unconsumed_tail then."),
    KEYWORD_METHOD(decompress_flush, "flush(self, length=zlib.DEF_BUF_SIZE, /)",
                   "Decompress what has not been consumed and return all the output that is left.\n\n"
                   "length is the first size of the output buffer."),
    KEYWORD_METHOD(stream_copy<inflateCopy>, "copy(self, /)",
                   "Return a copy of the decompressor in its present state."),
    KEYWORD_METHOD(stream_copy<inflateCopy>, "__copy__(self, /)", ""),
    KEYWORD_METHOD(stream_deepcopy<inflateCopy>, "__deepcopy__(self, memo, /)", ""),
    {},
};
constinit MemberDef decompress_members[] = {
    {"unused_data", kMemberObject, offsetof(Stream, unused_data), kMemberReadonly, nullptr},
    {"unconsumed_tail", kMemberObject, offsetof(Stream, unconsumed_tail), kMemberReadonly, nullptr},
    {"eof", kMemberBool, offsetof(Stream, eof), kMemberReadonly, nullptr},
    {},
};

constinit const Type compress_form = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "zlib.Compress",
    .basicsize = sizeof(Stream),
    .dealloc = stream_dealloc<deflateEnd>,
    .flags = kTypeDefault | kTypeDisallowInstantiation,
    .methods = compress_methods,
};
constinit const Type decompress_form = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "zlib.Decompress",
    .basicsize = sizeof(Stream),
    .dealloc = stream_dealloc<inflateEnd>,
    .flags = kTypeDefault | kTypeDisallowInstantiation,
    .methods = decompress_methods,
    .members = decompress_members,
};

// ---- Checksums ----------------------------------------------------------------------------------------------------

template <uLong (*kUpdate)(uLong, const Bytef*, z_size_t)>
Ref<Int> checksum(Object*, Object* data, Object* value) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  uLong sum = kUpdate(0, Z_NULL, 0);
  if (value) {
    Ref<Object> index = TRY(number_index(value));
    sum = static_cast<unsigned>(int_to_unsigned_mask(index.get()));
  }
  constexpr ssize kWorthReleasing = 5 * 1024;
  auto update = [&] { sum = kUpdate(sum, bytes_of(buffer), static_cast<z_size_t>(buffer.size())); };
  if (buffer.size() > kWorthReleasing) {
    ReleaseGil other_threads_run;
    update();
  } else if (buffer.size() > 0) {
    update();
  }
  return int_from(static_cast<long long>(sum & 0xffffffff));
}

// ---- The module ---------------------------------------------------------------------------------------------------

constinit MethodDef functions[] = {
    FUNCTION(checksum<adler32_z>, "adler32(module, data, value=1, /)",
             "Compute the Adler-32 checksum of data.\n\nvalue is the checksum of the data before."),
    FUNCTION(
        zlib_compress, "compress(module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)",
        "Return data compressed.\n\nlevel is from 0 to 9 or -1; wbits tells the size of the window and the container."),
    FUNCTION(zlib_compressobj,
             "compressobj(module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n"
             "            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n"
             "            strategy=Z_DEFAULT_STRATEGY, zdict=None)",
             "Return an object that compresses data piece by piece."),
    FUNCTION(checksum<crc32_z>, "crc32(module, data, value=0, /)",
             "Compute the CRC-32 checksum of data.\n\nvalue is the checksum of the data before."),
    FUNCTION(zlib_decompress, "decompress(module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)",
             "Return data decompressed.\n\nwbits tells the container; bufsize is the first size of the output buffer."),
    FUNCTION(zlib_decompressobj, "decompressobj(module, /, wbits=MAX_WBITS, zdict=b'')",
             "Return an object that decompresses data piece by piece."),
    {},
};

Status make_types() {
  if (g_error) return kOk;
  Ref<Type> compress = TRY(heap_type_new(&compress_form));
  Ref<Type> decompress = TRY(heap_type_new(&decompress_form));
  g_error = TRY(exception_class_new("zlib.error", Exception))
  .release();
  g_compress = compress.release();
  g_decompress = decompress.release();
  return kOk;
}

Status exec(Module* m) {
  TRY(make_types());
  TRY(module_add(m, "error", share(as_object(g_error))));
  struct {
    const char* name;
    long long value;
  } constants[] = {
      {"MAX_WBITS", MAX_WBITS},
      {"DEFLATED", Z_DEFLATED},
      {"DEF_MEM_LEVEL", kDefaultMemoryLevel},
      {"DEF_BUF_SIZE", kDefaultBufferSize},
      {"Z_NO_COMPRESSION", Z_NO_COMPRESSION},
      {"Z_BEST_SPEED", Z_BEST_SPEED},
      {"Z_BEST_COMPRESSION", Z_BEST_COMPRESSION},
      {"Z_DEFAULT_COMPRESSION", Z_DEFAULT_COMPRESSION},
      {"Z_FILTERED", Z_FILTERED},
      {"Z_HUFFMAN_ONLY", Z_HUFFMAN_ONLY},
      {"Z_RLE", Z_RLE},
      {"Z_FIXED", Z_FIXED},
      {"Z_DEFAULT_STRATEGY", Z_DEFAULT_STRATEGY},
      {"Z_NO_FLUSH", Z_NO_FLUSH},
      {"Z_PARTIAL_FLUSH", Z_PARTIAL_FLUSH},
      {"Z_SYNC_FLUSH", Z_SYNC_FLUSH},
      {"Z_FULL_FLUSH", Z_FULL_FLUSH},
      {"Z_FINISH", Z_FINISH},
      {"Z_BLOCK", Z_BLOCK},
      {"Z_TREES", Z_TREES},
  };
  for (const auto& each : constants) TRY(module_add_int(m, each.name, each.value));
  TRY(module_add_str(m, "ZLIB_VERSION", ZLIB_VERSION));
  TRY(module_add_str(m, "ZLIB_RUNTIME_VERSION", zlibVersion()));
  return module_add_str(m, "__version__", "1.0");
}

}  // namespace

constinit NativeModule zlib_module = {
    "zlib", functions, exec,
    "Compression and decompression in the formats of zlib, gzip and raw deflate, and the checksums they use.\n\n"
    "compressobj() and decompressobj() work on data piece by piece. Errors are zlib.error."};

}  // namespace minipy
