// marshal, format version 4. A value is a type byte (with bit 7 when later references may point to it) and a payload;
// all numbers are little-endian.
#include "compiler/marshal.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/native_stack.h"
#include "runtime/str.h"

namespace minipy {
namespace {

constexpr int kMaxDepth = 2000;
constexpr int kFlagRef = 0x80;
constexpr int kMarshalDigitBits = 15;

// ---- Writing
// ---------------------------------------------------------------------------------------------------------

class Writer {
 public:
  explicit Writer(int version) : version_(version) {}

  enum class Failure { kNone, kUnmarshallable, kTooDeep, kRaised };
  Failure failure = Failure::kNone;
  std::string out;

  void object(Object* p) {
    if (++depth_ > kMaxDepth || !has_native_stack()) {
      fail(Failure::kTooDeep);
    } else if (!p) {
      byte('0');
    } else if (!singleton(p)) {
      int flag = 0;
      if (!reference(p, &flag)) value(p, flag);
    }
    depth_--;
  }

 private:
  void fail(Failure f) {
    if (failure == Failure::kNone) failure = f;
  }
  void byte(int b) { out += static_cast<char>(b); }
  void short_(long v) {
    byte(static_cast<int>(v & 0xff));
    byte(static_cast<int>((v >> 8) & 0xff));
  }
  void long_(long v) {
    for (int shift = 0; shift < 32; shift += 8) byte(static_cast<int>((v >> shift) & 0xff));
  }
  void sized(std::string_view data) {
    long_(static_cast<long>(data.size()));
    out += data;
  }
  void double_(double v) {
    char bytes[sizeof v];
    std::memcpy(bytes, &v, sizeof v);
    out.append(bytes, sizeof v);
  }

  bool singleton(Object* p) {
    char code;
    if (is_none(p)) {
      code = 'N';
    } else if (p == as_object(StopIteration)) {
      code = 'S';
    } else if (p == py_ellipsis()) {
      code = '.';
    } else if (p == py_false()) {
      code = 'F';
    } else if (p == py_true()) {
      code = 'T';
    } else {
      return false;
    }
    byte(code);
    return true;
  }

  // An object seen before is written as its number. An object with one reference cannot occur twice; interned strings
  // get a number all the same, so that equal code gives equal bytes.
  bool reference(Object* p, int* flag) {
    if (version_ < 3) return false;
    if (p->refcount == 1 && !(is_exactly(p, &str_type) && str_is_interned(cast<Str>(p)))) return false;
    auto [it, inserted] = seen_.try_emplace(p, references_);
    if (inserted) {
      references_++;
    } else {
      byte('r');
      long_(it->second);
      return true;
    }
    *flag = kFlagRef;
    return false;
  }

  void value(Object* p, int flag) {
    if (is_exactly(p, &int_type)) {
      integer(cast<Int>(p), flag);
    } else if (is_exactly(p, &float_type)) {
      floating(cast<Float>(p), flag);
    } else if (is_exactly(p, &complex_type)) {
      complex(cast<Complex>(p), flag);
    } else if (is_exactly(p, &bytes_type)) {
      byte('s' | flag);
      sized(bytes_view(cast<Bytes>(p)));
    } else if (is_exactly(p, &str_type)) {
      string(cast<Str>(p), flag);
    } else if (is_exactly(p, &tuple_type)) {
      tuple(cast<Tuple>(p), flag);
    } else if (is_exactly(p, &list_type)) {
      byte('[' | flag);
      long_(list_size(cast<List>(p)));
      for (ssize i = 0; i < list_size(cast<List>(p)); i++) object(cast<List>(p)->items[i]);
    } else if (is_exactly(p, &dict_type)) {
      dict(cast<Dict>(p), flag);
    } else if (is_exactly(p, &set_type) || is_exactly(p, &frozenset_type)) {
      set(cast<Set>(p), flag);
    } else if (is_exactly(p, &code_type)) {
      code(cast<Code>(p), flag);
    } else if (object_has_buffer(p)) {
      buffer(p, flag);
    } else {
      byte('?');
      fail(Failure::kUnmarshallable);
    }
  }

  void integer(Int* v, int flag) {
    int overflow;
    long long small = int_to_long_long_overflow(as_object(v), &overflow);
    if (!overflow && small >= INT32_MIN && small <= INT32_MAX) {
      byte('i' | flag);
      long_(static_cast<long>(small));
      return;
    }
    // Digits of 15 bits: each of ours gives two, the last one only what it needs.
    byte('l' | flag);
    ssize n = std::abs(v->base.size);
    long digits = static_cast<long>(n - 1) * 2 + (v->digits[n - 1] >> kMarshalDigitBits ? 2 : 1);
    long_(v->base.size < 0 ? -digits : digits);
    for (long i = 0; i < digits; i++) short_((v->digits[i / 2] >> (i % 2 * kMarshalDigitBits)) & 0x7fff);
  }

  void text_double(double v) {
    std::string text = format_double(v, 'g', 17, 0);
    byte(static_cast<int>(text.size()));
    out += text;
  }
  void floating(Float* v, int flag) {
    if (version_ > 1) {
      byte('g' | flag);
      double_(v->value);
    } else {
      byte('f' | flag);
      text_double(v->value);
    }
  }
  void complex(Complex* v, int flag) {
    if (version_ > 1) {
      byte('y' | flag);
      double_(v->real);
      double_(v->imag);
    } else {
      byte('x' | flag);
      text_double(v->real);
      text_double(v->imag);
    }
  }

  void string(Str* s, int flag) {
    bool interned = str_is_interned(s);
    if (version_ >= 4 && str_is_ascii(s)) {
      bool is_short = str_length(s) < 256;
      std::string_view data(static_cast<const char*>(str_data(s)), static_cast<size_t>(str_length(s)));
      if (is_short) {
        byte((interned ? 'Z' : 'z') | flag);
        byte(static_cast<int>(data.size()));
        out += data;
      } else {
        byte((interned ? 'A' : 'a') | flag);
        sized(data);
      }
      return;
    }
    Ref<Object> utf8 = str_encode_utf8(s, "surrogatepass");
    if (!utf8) return fail(Failure::kRaised);
    byte((version_ >= 3 && interned ? 't' : 'u') | flag);
    sized(bytes_view(cast<Bytes>(utf8.get())));
  }

  void tuple(Tuple* t, int flag) {
    ssize n = tuple_size(t);
    if (version_ >= 4 && n < 256) {
      byte(')' | flag);
      byte(static_cast<int>(n));
    } else {
      byte('(' | flag);
      long_(n);
    }
    for (ssize i = 0; i < n; i++) object(t->items[i]);
  }

  void dict(Dict* d, int flag) {
    byte('{' | flag);
    ssize position = 0;
    Object *key, *value;
    while (dict_next(d, &position, &key, &value)) {
      object(key);
      object(value);
    }
    object(nullptr);
  }

  // Elements are written in the order of their own marshal data, so that equal sets give equal bytes.
  void set(Set* s, int flag) {
    byte((is_exactly(s, &frozenset_type) ? '>' : '<') | flag);
    long_(s->used);
    Ref<List> pairs = list_new();
    ssize position = 0;
    Object* key;
    hash_t hash;
    while (pairs && set_next(s, &position, &key, &hash)) {
      Ref<Object> data = marshal_dumps(key, version_);
      if (!data) return fail(Failure::kRaised);
      Ref<Tuple> pair = tuple_pack(data.get(), key);
      if (!pair || !list_append(pairs.get(), as_object(pair.get()))) return fail(Failure::kRaised);
    }
    if (!pairs || !list_sort_in_place(pairs.get())) return fail(Failure::kRaised);
    for (ssize i = 0; i < list_size(pairs.get()); i++) object(cast<Tuple>(pairs->items[i])->items[1]);
  }

  void code(Code* c, int flag) {
    byte('c' | flag);
    for (int field : {c->argcount, c->posonlyargcount, c->kwonlyargcount, c->stacksize, c->flags}) long_(field);
    instructions(c);
    object(c->consts);
    object(c->names);
    object(as_object(c->localsplusnames));
    object(as_object(c->localspluskinds));
    object(as_object(c->filename));
    object(as_object(c->name));
    object(as_object(c->qualname));
    long_(c->firstlineno);
    object(as_object(c->linetable));
    object(c->exceptiontable);
  }

  // CPython makes the bytes of `co_code` for each code object and keeps them: they have a number, to which nothing
  // refers.
  void instructions(Code* c) {
    bool numbered = version_ >= 3;
    if (numbered) references_++;
    byte('s' | (numbered ? kFlagRef : 0));
    sized(bytes_view(c->code));
  }

  void buffer(Object* p, int flag) {
    HeldBuffer held;
    if (!held.get(p)) {
      byte('?');
      return fail(Failure::kUnmarshallable);
    }
    byte('s' | flag);
    sized(held.text());
  }

  int version_;
  int depth_ = 0;
  std::unordered_map<Object*, long> seen_;  // the numbers of objects
  long references_ = 0;                     // numbers given so far
};

// ---- Reading
// ---------------------------------------------------------------------------------------------------------

class Reader {
 public:
  Reader(const char* data, ssize size) : at_(data), begin_(data), end_(data + size) {}
  // Asks the file, which is borrowed, for as many bytes as are needed next.
  explicit Reader(Object* file) : at_(nullptr), begin_(nullptr), end_(nullptr), file_(file) {}

  ssize consumed() const { return at_ - begin_; }

  // Null without an exception: the marker that ends a dict.
  Ref<Object> object() {
    if (++depth_ > kMaxDepth || !has_native_stack()) {
      depth_--;
      return raise(ValueError, "recursion limit exceeded");
    }
    Ref<Object> result;
    int type = byte();
    if (type < 0) {
      result = no_more();
    } else {
      result = value(type & ~kFlagRef, type & kFlagRef);
    }
    depth_--;
    return result;
  }

  // An object where none may be missing.
  Ref<Object> required(const char* where) {
    Ref<Object> p = object();
    if (!p && !error_pending()) return raise(TypeError, "NULL object in marshal data for {}", where);
    return p;
  }

 private:
  // -1: no more data, or (of a file) an exception is pending.
  int byte() {
    if (file_) {
      const char* p = bytes(1);
      if (!p && error_clear_if(EOFError)) return -1;
      return p ? static_cast<unsigned char>(*p) : -1;
    }
    return at_ < end_ ? static_cast<unsigned char>(*at_++) : -1;
  }
  Raised no_more() { return error_pending() ? kRaised : raise(EOFError, "EOF read where object expected"); }
  // Cheap protection against absurd sizes.
  Status expect_items(long n) {
    if (!file_ && n > end_ - at_) return raise(EOFError, "marshal data too short");
    return kOk;
  }

  // Valid until the next call. The block is a Python object, because the file may keep the view of it.
  const char* bytes_of_file(ssize n) {
    block_ = TRY(bytearray_new(nullptr, n));
    auto view = TRY(memoryview_from_object(block_.get()));
    auto count = TRY(call_method(file_, NAME("readinto"), view.get()));
    ssize got = 0;
    if (!is_none(count.get())) got = TRY(number_as_ssize(count.get(), ValueError));
    if (got > n) {
      return raise(ValueError, "read() returned too much data: {} bytes requested, {} returned", n, got);
    }
    if (got < n) return raise(EOFError, "EOF read where not expected");
    return cast<ByteArray>(block_.get())->start;
  }

  const char* bytes(ssize n) {
    if (file_) return bytes_of_file(n);
    if (n > end_ - at_) {
      raise(EOFError, "marshal data too short");
      return nullptr;
    }
    const char* p = at_;
    at_ += n;
    return p;
  }
  Maybe<long> long_() {
    const char* p = bytes(4);
    if (!p) return kRaised;
    int32_t v;
    std::memcpy(&v, p, sizeof v);
    return static_cast<long>(v);
  }
  Maybe<long> size(const char* what) {
    Maybe<long> n = long_();
    if (n && *n < 0) return raise(ValueError, "bad marshal data ({} size out of range)", what);
    return n;
  }

  Ref<Object> remember(Ref<Object> p, int flag) {
    if (p && flag) refs_.push_back(p);
    return p;
  }
  // Containers get their number before their items.
  size_t reserve(int flag) {
    if (flag) refs_.push_back(nullptr);
    return refs_.size() - 1;
  }
  Ref<Object> fill(size_t index, Ref<Object> p, int flag) {
    if (p && flag) refs_[index] = p;
    return p;
  }

  Ref<Object> value(int type, int flag) {
    switch (type) {
      case '0': return nullptr;
      case 'N': return none_ref();
      case 'S': return Ref<Object>::share(as_object(StopIteration));
      case '.': return Ref<Object>::share(py_ellipsis());
      case 'F': return bool_ref(false);
      case 'T': return bool_ref(true);
      case 'i': {
        long v = TRY(long_());
        return remember(int_from(v), flag);
      }
      case 'I': {
        const char* p = bytes(8);
        if (!p) return nullptr;
        int64_t v;
        std::memcpy(&v, p, sizeof v);
        return remember(int_from(v), flag);
      }
      case 'l': return remember(big_integer(), flag);
      case 'g':
      case 'f': {
        double v = TRY(type == 'g' ? binary_double() : text_double());
        return remember(float_from_double(v), flag);
      }
      case 'y':
      case 'x': {
        double real = TRY(type == 'y' ? binary_double() : text_double());
        double imag = TRY(type == 'y' ? binary_double() : text_double());
        return remember(complex_from_doubles(real, imag), flag);
      }
      case 's': {
        long n = TRY(size("bytes object"));
        const char* p = bytes(n);
        if (!p) return nullptr;
        return remember(bytes_new(p, n), flag);
      }
      case 'A':
      case 'a':
      case 'Z':
      case 'z': return remember(ascii(type), flag);
      case 't':
      case 'u': return remember(unicode(type == 't'), flag);
      case ')':
      case '(': return tuple(type, flag);
      case '[': return list(flag);
      case '{': return dict(flag);
      case '<':
      case '>': return set(type == '>', flag);
      case 'c': return code(flag);
      case 'r': return reference();
      default: return raise(ValueError, "bad marshal data (unknown type code)");
    }
  }

  Maybe<double> binary_double() {
    const char* p = bytes(8);
    if (!p) return kRaised;
    double v;
    std::memcpy(&v, p, sizeof v);
    return v;
  }
  Maybe<double> text_double() {
    int n = byte();
    if (n < 0) return no_more();
    const char* p = bytes(n);
    if (!p) return kRaised;
    std::string text(p, static_cast<size_t>(n));
    const char* end;
    double v = parse_double(text.c_str(), &end);
    if (*end) return raise(ValueError, "could not convert string to float: {}", std::string_view(text));
    return v;
  }

  // The 15-bit digits are packed to bytes, low first.
  Ref<Object> big_integer() {
    long n = TRY(long_());
    if (n == 0) return int_from(0);
    size_t count = static_cast<size_t>(std::labs(n));
    TRY(expect_items(static_cast<long>(count)));
    std::vector<unsigned char> packed(count * 2 + 3);
    size_t bit = 0;
    unsigned last = 0;
    for (size_t i = 0; i < count; i++, bit += kMarshalDigitBits) {
      const char* p = bytes(2);
      if (!p) return nullptr;
      last = static_cast<unsigned char>(p[0]) | static_cast<unsigned>(static_cast<unsigned char>(p[1])) << 8;
      if (last >> kMarshalDigitBits) return raise(ValueError, "bad marshal data (digit out of range in long)");
      unsigned shifted = last << (bit % 8);
      for (size_t k = 0; k < 3; k++) packed[bit / 8 + k] |= static_cast<unsigned char>(shifted >> (8 * k));
    }
    if (last == 0) return raise(ValueError, "bad marshal data (unnormalized long data)");
    Ref<Int> magnitude = TRY(int_from_bytes(packed.data(), packed.size(), true, false));
    if (n > 0) return magnitude;
    return int_negate(magnitude.get());
  }

  Ref<Object> ascii(int type) {
    long n;
    if (type == 'Z' || type == 'z') {
      n = byte();
      if (n < 0) return no_more();
    } else {
      n = TRY(size("string"));
    }
    const char* p = bytes(n);
    if (!p) return nullptr;
    // Bad data may hold other characters; they count as Latin-1, as in CPython.
    Ref<Str> s = TRY(str_from_latin1({p, static_cast<size_t>(n)}));
    if (type == 'Z' || type == 'A') str_intern(s);
    return s;
  }

  Ref<Object> unicode(bool interned) {
    long n = TRY(size("string"));
    const char* p = bytes(n);
    if (!p) return nullptr;
    Ref<Str> s = TRY(str_decode_utf8(p, n, "surrogatepass"));
    if (interned) str_intern(s);
    return s;
  }

  Ref<Object> tuple(int type, int flag) {
    long n;
    if (type == ')') {
      n = byte();
      if (n < 0) return no_more();
    } else {
      n = TRY(size("tuple"));
    }
    TRY(expect_items(n));
    size_t index = reserve(flag);
    Ref<Tuple> t = TRY(tuple_new(n));
    Ref<Object> kept = fill(index, Ref<Object>::share(as_object(t.get())), flag);
    for (long i = 0; i < n; i++) t->items[i] = TRY(required("tuple"))
    .release();
    return kept;
  }

  Ref<Object> list(int flag) {
    long n = TRY(size("list"));
    TRY(expect_items(n));
    Ref<List> l = TRY(list_new());
    Ref<Object> kept = remember(Ref<Object>::share(as_object(l.get())), flag);
    for (long i = 0; i < n; i++) TRY(list_append_steal(l.get(), TRY(required("list"))));
    return kept;
  }

  Ref<Object> dict(int flag) {
    Ref<Dict> d = TRY(dict_new());
    Ref<Object> kept = remember(Ref<Object>::share(as_object(d.get())), flag);
    while (true) {
      Ref<Object> key = object();
      if (!key) break;
      Ref<Object> item = object();
      if (!item) break;
      TRY(dict_set(d.get(), key.get(), item.get()));
    }
    if (error_pending()) return nullptr;
    return kept;
  }

  Ref<Object> set(bool frozen, int flag) {
    long n = TRY(size("set"));
    if (n == 0 && frozen) return remember(frozenset_new(nullptr), flag);
    if (!frozen) {
      Ref<Set> items = TRY(set_new(nullptr));
      Ref<Object> made = remember(Ref<Object>::share(as_object(items.get())), flag);
      for (long i = 0; i < n; i++) TRY(set_add(items.get(), TRY(required("set")).get()));
      return made;
    }
    // Inserted in the order of the data, which decides the order of iteration.
    size_t index = reserve(flag);
    Ref<Set> items = TRY(set_new(nullptr));
    for (long i = 0; i < n; i++) TRY(set_add(items.get(), TRY(required("set")).get()));
    items->base.type = &frozenset_type;  // nobody else has seen it
    return fill(index, std::move(items), flag);
  }

  template <class T>
  bool part(Ref<Object>& out, Type* type, T*& field) {
    out = required("code object");
    if (!out) return false;
    if (!is_exactly(out.get(), type)) {
      raise(TypeError, "bad marshal data (code object part of type {})", type_name(out.get()));
      return false;
    }
    field = cast<T>(out.get());
    return true;
  }

  Ref<Object> code(int flag) {
    size_t index = reserve(flag);
    CodeSpec spec;
    for (int* field : {&spec.argcount, &spec.posonlyargcount, &spec.kwonlyargcount, &spec.stacksize, &spec.flags}) {
      *field = static_cast<int>(TRY(long_()));
    }
    Ref<Object> held[10];
    bool ok = part(held[0], &bytes_type, spec.code) && part(held[1], &tuple_type, spec.consts) &&
              part(held[2], &tuple_type, spec.names) && part(held[3], &tuple_type, spec.localsplusnames) &&
              part(held[4], &bytes_type, spec.localspluskinds) && part(held[5], &str_type, spec.filename) &&
              part(held[6], &str_type, spec.name) && part(held[7], &str_type, spec.qualname);
    if (!ok) return nullptr;
    spec.firstlineno = static_cast<int>(TRY(long_()));
    if (!part(held[8], &bytes_type, spec.linetable) || !part(held[9], &bytes_type, spec.exceptiontable)) return nullptr;
    Ref<Code> made = TRY(code_new(spec));
    return fill(index, std::move(made), flag);
  }

  Ref<Object> reference() {
    long n = TRY(long_());
    if (n < 0 || n >= static_cast<long>(refs_.size()) || !refs_[static_cast<size_t>(n)]) {
      return raise(ValueError, "bad marshal data (invalid reference)");
    }
    return refs_[static_cast<size_t>(n)];
  }

  const char* at_;
  const char* begin_;
  const char* end_;
  Object* file_ = nullptr;
  Ref<Object> block_;
  int depth_ = 0;
  std::vector<Ref<Object>> refs_;
};

}  // namespace

Ref<Object> marshal_dumps(Object* value, int version) {
  Writer writer(version);
  writer.object(value);
  switch (writer.failure) {
    case Writer::Failure::kNone: return bytes_from(writer.out);
    case Writer::Failure::kTooDeep: return raise(ValueError, "object too deeply nested to marshal");
    case Writer::Failure::kUnmarshallable: return raise(ValueError, "unmarshallable object");
    case Writer::Failure::kRaised: break;
  }
  return nullptr;
}

Ref<Object> marshal_load(Object* file) { return Reader(file).required("object"); }

Ref<Object> marshal_loads(const char* data, ssize size, ssize* consumed) {
  Reader reader(data, size);
  Ref<Object> value = reader.required("object");
  if (consumed) *consumed = reader.consumed();
  return value;
}

}  // namespace minipy
