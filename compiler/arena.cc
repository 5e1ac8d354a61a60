#include "compiler/arena.h"

#include <cstdio>
#include <cstdlib>

namespace minipy {

namespace {
constexpr size_t kFirstBlock = 8 * 1024;
constexpr size_t kLargestBlock = 256 * 1024;
}  // namespace

Arena::~Arena() {
  // Objects first: their finalizers may run Python code, which must not find the arena half gone; nothing reachable
  // from Python points into an arena.
  for (OwnedChunk* chunk = owned_; chunk; chunk = chunk->previous) {
    for (size_t i = chunk->count; i-- > 0;) decref(chunk->objects[i]);
  }
  while (blocks_) {
    Block* previous = blocks_->previous;
    std::free(blocks_);
    blocks_ = previous;
  }
}

void* Arena::allocate_slow(size_t bytes) {
  // Blocks grow with the arena, so that a small expression takes little and a large file few blocks.
  size_t block_size = size_ < kFirstBlock ? kFirstBlock : size_ > kLargestBlock ? kLargestBlock : size_;
  bool own_block = bytes > block_size / 4;
  if (own_block) block_size = bytes + sizeof(Block);
  auto* block = static_cast<Block*>(std::malloc(block_size));
  if (!block) {
    std::fputs("minipy: out of memory in the compiler\n", stderr);
    std::abort();
  }
  size_ += block_size;
  char* start = reinterpret_cast<char*>(block + 1);
  if (own_block && blocks_) {
    // A large request gets a block of its own, behind the current one, whose rest stays in use.
    block->previous = blocks_->previous;
    blocks_->previous = block;
    return start;
  }
  block->previous = blocks_;
  blocks_ = block;
  next_ = start + bytes;
  limit_ = reinterpret_cast<char*>(block) + block_size;
  return start;
}

void Arena::keep(Object* object) {
  if (!owned_ || owned_->count == OwnedChunk::kCapacity) {
    auto* chunk = static_cast<OwnedChunk*>(allocate(sizeof(OwnedChunk)));
    chunk->previous = owned_;
    chunk->count = 0;
    owned_ = chunk;
  }
  owned_->objects[owned_->count++] = object;
}

}  // namespace minipy
