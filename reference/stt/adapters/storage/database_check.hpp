// LMDB trusts its file: a damaged one makes it read and write outside of its map. So a database is
// walked once when it is opened: every page of its trees, and the lists of free pages. The layout
// is that of LMDB 0.9 on 64-bit machines, in host byte order.
#pragma once

#include <cstdint>

#include <stt/base/bytes.hpp>
#include <stt/base/result.hpp>

namespace stt::adapters {

// What the leaves of a sound database hold.
struct DatabaseContents {
  std::uint64_t names = 0;       // keys of 32 bytes
  std::uint64_t bytes = 0;       // of their values
  ByteArray<32> names_xor{};     // exclusive or of those keys
  std::uint64_t other_keys = 0;  // keys of any other length
};

// Both meta pages lie within so many first bytes of a data file.
inline constexpr std::size_t meta_bytes_max = 65'536;

// Whether LMDB can be shown a data file that begins with these bytes, up to meta_bytes_max. An
// empty file is a new one. storage.corrupt; storage.version_unknown for another LMDB's file.
Result<void> check_meta_pages(ByteView file_start);

// The snapshot that `transaction` committed, in `file`, the whole data file in memory, of which
// the meta pages were checked. Nobody writes meanwhile. storage.corrupt.
Result<DatabaseContents> check_database(ByteView file, std::uint64_t transaction);

}  // namespace stt::adapters
