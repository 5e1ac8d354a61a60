// Line editing and history for the interactive interpreter, by libedit. The library is loaded when the first prompt on
// a terminal needs it: it brings three more libraries along, which programs that never prompt should not pay for.
#pragma once

namespace minipy {

// Reads one line with editing; the text has no newline and belongs to the caller (free()). Null at end of file. Where
// libedit is missing, the line is read without editing. To be called without the GIL.
char* edit_line(const char* prompt);

// The history: a line is added, the lines of a file are read (keeping the last `length`), all are written to a file.
// Files that cannot be read or written are ignored.
void add_to_history(const char* line);
void read_line_history(const char* file, int length);
void write_line_history(const char* file);

}  // namespace minipy
