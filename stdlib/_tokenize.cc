// Module _tokenize: the compiler's own tokenizer as an iterator.
#include <new>

#include "compiler/diagnose.h"
#include "compiler/source.h"
#include "compiler/tokenizer.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "stdlib/native_type.h"

namespace minipy {
namespace {

// The source and the tokenizer that walks it.
struct Walk final : TokenizerWarnings {
  SourceText source;
  Tokenizer tokenizer;

  explicit Walk(SourceText&& text) : source(std::move(text)), tokenizer(source.text, {}, this) {}

  Result warn_invalid_literal(const char* message, const Token& number) override {
    Ref<Str> text = str_from_ascii(message);
    if (!text) return Result::kRaised;
    if (warn_explicit(SyntaxWarning, text.get(), NAME("<string>"), number.end_lineno)) return Result::kIssued;
    return error_clear_if(SyntaxWarning) ? Result::kMadeError : Result::kRaised;
  }
};

struct TokenizerIter {
  Object base;
  Walk* walk;
};
static_assert(sizeof(TokenizerIter) == 24);

Ref<Object> iter_create(Type* type, Str* source) {
  std::string_view utf8 = str_utf8(source);
  if (!utf8.data()) return nullptr;
  if (utf8.find('\0') != utf8.npos) return raise(ValueError, "embedded null character");
  ParseOptions options;
  options.ignore_cookie = true;
  SourceText text;
  TRY(read_source(utf8, NAME("<string>"), ParseMode::kFile, options, &text));
  Ref<TokenizerIter> self = TRY(allocate<TokenizerIter>(type));
  void* place = memory::raw_alloc(sizeof(Walk));
  if (!place) return raise_no_memory_error();
  self->walk = new (place) Walk(std::move(text));
  return self;
}

void iter_dealloc(Object* p) {
  if (Walk* walk = cast<TokenizerIter>(p)->walk) {
    walk->~Walk();
    memory::raw_free(walk);
  }
  type_of(p)->free(p);
}

Object* iter_next(Object* p) {
  Walk& walk = *cast<TokenizerIter>(p)->walk;
  Tokenizer& tokenizer = walk.tokenizer;
  Token token;
  TokenKind kind = tokenizer.next(&token);
  if (kind == TokenKind::kErrorToken) {
    if (tokenizer.status() == TokenizerStatus::kMessage) return raise_tokenizer_message(tokenizer, NAME("<string>"));
    if (error_pending()) return nullptr;
  }
  // Other errors of the tokenizer end the iteration, as the end of the source does.
  if (kind == TokenKind::kErrorToken || kind == TokenKind::kEndMarker) {
    return raise(StopIteration, "EOF");
  }
  std::string_view source = walk.source.text;
  const char* line = tokenizer.buffer_start();
  Ref<Str> text =
      TRY(str_from_utf8(source.substr(static_cast<size_t>(token.start), static_cast<size_t>(token.end - token.start))));
  Ref<Str> line_text = TRY(str_decode_utf8(line, tokenizer.read_end() - line, "replace"));
  int number = static_cast<int>(kind) < 64 ? static_cast<int>(kind) : static_cast<int>(TokenKind::kName);
  Ref<Tuple> result = TRY(tuple_new(7));
  result->items[0] = as_object(text.release());
  const int numbers[] = {number, token.lineno, token.end_lineno, token.col, token.end_col};
  for (int i = 0; i < 5; i++) {
    Ref<Int> item = TRY(int_from(numbers[i]));
    result->items[i + 1] = as_object(item.release());
  }
  result->items[6] = as_object(line_text.release());
  return as_object(result.release());
}

constinit Type tokenizer_iter_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_tokenize.TokenizerIter",
    .basicsize = sizeof(TokenizerIter),
    .dealloc = iter_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault,
    .iter = iter_self,
    .iternext = iter_next,
    .new_ = NEW(iter_create, "tokenizeriter(type, source)"),
};

Status exec(Module* m) { return module_add_heap_type(m, &tokenizer_iter_type); }

}  // namespace

constinit NativeModule _tokenize_module = {"_tokenize", nullptr, exec, nullptr};

}  // namespace minipy
