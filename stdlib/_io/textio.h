// Inside of TextIOWrapper.
//
// Writing: text is encoded into `pending`, which goes to the buffer when it is large enough or a flush is due. An empty
// text is pending, too: a flush writes b"".
// Reading: bytes are decoded a chunk at a time into `decoded`, of which `decoded_used` characters are handed out. For
// tell(), `snapshot` remembers the decoder's flags and the input since a point where it held no bytes back.
//
// The encodings utf-8, ascii and iso8859-1 are done here; for others the codec's incremental encoder and decoder
// objects are called. Neither is visible from Python.
#pragma once

#include "gc/object.h"
#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/str.h"
#include "stdlib/_io/io.h"
#include "stdlib/_io/text.h"

namespace minipy::io {

enum class Codec : unsigned char { kNone, kObject, kUtf8, kAscii, kLatin1 };

struct TextIo {
  Object base;
  bool ok, detached;
  char line_buffering, write_through, finalizing;
  bool universal, translate;  // newlines when reading
  bool has_read1, seekable, telling;
  bool has_pending;
  Codec encode, decode;
  unsigned char held_size;  // utf-8: bytes of a character that is not complete yet
  char held[4];
  ssize chunk_size;
  Object* buffer;
  Object* encoding;
  // Codec::kObject: the codec's objects, the decoder wrapped for universal newlines. The other codecs' are made all the
  // same, as CPython makes them: they count for the collector (D9).
  Object* encoder;
  Object* decoder;
  Object* newline_decoder;  // other codecs: newlines only
  Object* readnl;           // str or null
  Object* write_as;         // str or null: what \n becomes
  Object* errors;
  Object* decoded;  // str or null
  ssize decoded_used;
  char* pending;  // behind its capacity
  ssize pending_size;
  Object* counted_texts;  // list: CPython gathers more than one text in one (D9)
  Object* snapshot;       // tuple (flags, input) or null
  Object* raw;            // the FileIO below, borrowed from the buffer; null: some other stack
  double byte_ratio;      // bytes per character of the latest chunk; 0: no character
  Object* weakreflist;
  Object* dict;
};
static_assert(sizeof(TextIo) == 192 && offsetof(TextIo, dict) == 184);

inline ssize* pending_block(TextIo* self) {
  return self->pending ? reinterpret_cast<ssize*>(self->pending) - 1 : nullptr;
}

Status check_attached(const TextIo* self);
Status check_open(TextIo* self);  // attached and not closed

// ---- Decoder (textio_decode.cc)
// --------------------------------------------------------------------------------------
struct DecoderState {
  Ref<Object> buffer;  // bytes held back
  int flags = 0;
};
inline bool has_decoder(const TextIo* self) { return self->decode != Codec::kNone; }
Ref<Str> decode_bytes(TextIo* self, Object* data, bool final);  // any bytes-like object
// kept: whoever holds the state for a while has the tuple too, as in CPython (D9).
Status decoder_get_state(TextIo* self, DecoderState& out, Ref<Object>* kept = nullptr);
// kept: that of decoder_get_state, or null.
Status decoder_set_state(TextIo* self, Object* buffer, int flags, Object* kept);
Status decoder_reset(TextIo* self);
Ref<Object> decoder_newlines(TextIo* self);

// ---- Reading (textio_read.cc)
// ----------------------------------------------------------------------------------------
void set_decoded(TextIo* self, Ref<Str> text /* may be null */);
void drop_snapshot(TextIo* self);
Status take_snapshot(TextIo* self, int flags, Object* input /* bytes */);
int snapshot_flags(const TextIo* self);
Object* snapshot_input(const TextIo* self);
// Reads and decodes the next chunk. False: the end.
Maybe<bool> read_chunk(TextIo* self, ssize size_hint);
Ref<Object> text_read(TextIo* self, Object* size);
Ref<Object> text_readline(TextIo* self, ssize size);
Ref<Object> text_next(TextIo* self);

// ---- Writing (textio_write.cc)
// ---------------------------------------------------------------------------------------
Ref<Object> text_write(TextIo* self, Str* text);
Status flush_pending(TextIo* self);  // to the buffer
Ref<Object> text_flush(TextIo* self);
Status encoder_reset(TextIo* self, bool start_of_stream);

// ---- Positions (textio_seek.cc)
// --------------------------------------------------------------------------------------
Ref<Object> text_tell(TextIo* self);
Ref<Object> text_seek(TextIo* self, Object* cookie, int whence);

}  // namespace minipy::io
