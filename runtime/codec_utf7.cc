// UTF-7 (RFC 2152).
#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/error.h"
#include "runtime/str_internal.h"

namespace minipy {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kSetD = "'(),-./:?";
constexpr std::string_view kSetO = "!\"#$%&*;<=>@[]^_`{|}";
constexpr std::string_view kSpaces = " \t\n\r";

bool contains(std::string_view set, char32_t c) {
  return c < 128 && set.find(static_cast<char>(c)) != std::string_view::npos;
}
int base64_value(unsigned char c) {
  size_t i = c < 128 ? kBase64.find(static_cast<char>(c)) : std::string_view::npos;
  return i == std::string_view::npos ? -1 : static_cast<int>(i);
}
bool is_alnum(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
// May stand for itself when decoding.
bool is_direct(unsigned char c) { return c < 128 && c != '+'; }

class Decoder {
 public:
  Decoder(const char* data, ssize size, const char* errors, ssize* consumed)
      : errors_("utf7", errors, data, size), out_(size), consumed_(consumed) {}

  Ref<Str> run() {
    do {
      while (at_ < errors_.size()) TRY(step());
      TRY(finish_input());
    } while (at_ < errors_.size());
    if (consumed_) {
      *consumed_ = shifted_ ? start_ : at_;
      if (shifted_) out_.truncate(shift_output_);
    }
    return out_.finish();
  }

 private:
  unsigned char byte() const { return static_cast<unsigned char>(errors_.data()[at_]); }

  Status fail(const char* reason) {
    at_ = TRY(errors_.handle(start_, at_, reason, out_));
    return kOk;
  }

  Status step() {
    unsigned char c = byte();
    if (shifted_) return base64_value(c) >= 0 ? add_bits(c) : leave_shift(c);
    if (c == '+') return enter_shift();
    start_ = at_++;
    if (is_direct(c)) return out_.append_char(c);
    return fail("unexpected special character");
  }

  Status enter_shift() {
    start_ = at_++;
    if (at_ < errors_.size()) {
      if (byte() == '-') {
        at_++;
        return out_.append_char('+');
      }
      if (base64_value(byte()) < 0) {
        at_++;
        return fail("ill-formed sequence");
      }
    }
    shifted_ = true;
    surrogate_ = 0;
    bits_ = 0;
    buffer_ = 0;
    shift_output_ = out_.length();
    return kOk;
  }

  Status add_bits(unsigned char c) {
    at_++;
    buffer_ = buffer_ << 6 | static_cast<unsigned>(base64_value(c));
    bits_ += 6;
    if (bits_ < 16) return kOk;
    bits_ -= 16;
    char32_t unit = buffer_ >> bits_;
    buffer_ &= (1u << bits_) - 1;
    if (char32_t high = std::exchange(surrogate_, 0)) {
      if (is_low_surrogate(unit)) return out_.append_char(join_surrogates(high, unit));
      TRY(out_.append_char(high));
    }
    if (is_high_surrogate(unit)) {
      surrogate_ = unit;
      return kOk;
    }
    return out_.append_char(unit);
  }

  Status leave_shift(unsigned char c) {
    shifted_ = false;
    if (bits_ >= 6) {
      at_++;
      return fail("partial character in shift sequence");
    }
    if (bits_ > 0 && buffer_ != 0) {
      at_++;
      return fail("non-zero padding bits in shift sequence");
    }
    char32_t high = std::exchange(surrogate_, 0);
    if (high && is_direct(c)) TRY(out_.append_char(high));
    if (c == '-') at_++;  // absorbed; other characters stay
    return kOk;
  }

  Status finish_input() {
    if (!shifted_ || consumed_) return kOk;
    shifted_ = false;
    if (!surrogate_ && bits_ < 6 && !(bits_ > 0 && buffer_ != 0)) return kOk;
    at_ = errors_.size();
    return fail("unterminated shift sequence");
  }

  DecodeErrors errors_;
  StrBuilder out_;
  ssize* consumed_;
  ssize at_ = 0;
  ssize start_ = 0;         // of the sequence that an error is about
  bool shifted_ = false;    // in Base64
  ssize shift_output_ = 0;  // length of the output when it began
  unsigned buffer_ = 0;
  int bits_ = 0;
  char32_t surrogate_ = 0;
};

}  // namespace

Ref<Str> str_decode_utf7(const char* data, ssize size, const char* errors, ssize* consumed) {
  if (size == 0) {
    if (consumed) *consumed = 0;
    return str_empty();
  }
  return Decoder(data, size, errors, consumed).run();
}

Ref<Object> str_encode_utf7(Str* s, bool base64_set_o, bool base64_whitespace, const char*) {
  BytesBuilder out(s->length * 2);
  bool shifted = false;
  unsigned long buffer = 0;
  int bits = 0;
  auto direct = [&](char32_t c) {
    return is_alnum(c) || contains(kSetD, c) || (!base64_whitespace && contains(kSpaces, c)) ||
           (!base64_set_o && contains(kSetO, c));
  };
  auto flush = [&]() -> Status {
    if (bits) TRY(out.append_byte(kBase64[buffer << (6 - bits) & 0x3f]));
    bits = 0;
    buffer = 0;
    return kOk;
  };
  auto add_unit = [&](char32_t unit) -> Status {
    buffer = buffer << 16 | unit;
    for (bits += 16; bits >= 6; bits -= 6) TRY(out.append_byte(kBase64[buffer >> (bits - 6) & 0x3f]));
    return kOk;
  };
  for (ssize i = 0; i < s->length; i++) {
    char32_t c = str_at(s, i);
    if (direct(c)) {
      if (shifted) {
        TRY(flush());
        shifted = false;
        // Characters outside the Base64 alphabet end the sequence by themselves.
        if (contains(kBase64, c) || c == '-') TRY(out.append_byte('-'));
      }
      TRY(out.append_byte(static_cast<char>(c)));
      continue;
    }
    if (!shifted) {
      TRY(out.append_byte('+'));
      if (c == '+') {
        TRY(out.append_byte('-'));
        continue;
      }
      shifted = true;
    }
    if (c >= 0x10000) {
      TRY(add_unit(0xd800 + ((c - 0x10000) >> 10)));
      c = 0xdc00 + ((c - 0x10000) & 0x3ff);
    }
    TRY(add_unit(c));
  }
  TRY(flush());
  if (shifted) TRY(out.append_byte('-'));
  return out.finish();
}

}  // namespace minipy
