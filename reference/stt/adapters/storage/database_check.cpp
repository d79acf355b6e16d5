#include <stt/adapters/storage/database_check.hpp>

#include <bit>
#include <cstring>
#include <optional>
#include <vector>

namespace stt::adapters {
namespace {

static_assert(sizeof(std::size_t) == 8, "LMDB has another layout on other machines");

// The structures of LMDB's file, as they stand there.
struct PageHeader {
  std::uint64_t number;
  std::uint16_t unused;
  std::uint16_t flags;
  std::uint16_t lower;  // end of the offsets of the nodes, which follow this header
  std::uint16_t upper;  // begin of the nodes, which reach to the end of the page
};
struct OverflowHeader {
  std::uint64_t number;
  std::uint16_t unused;
  std::uint16_t flags;
  std::uint32_t pages;
};
struct NodeHeader {
  std::uint16_t low;  // size of the value, or number of the child page
  std::uint16_t high;
  std::uint16_t flags;  // in a branch: the highest bits of the child page
  std::uint16_t key_bytes;
};
struct Tree {
  std::uint32_t page_bytes;  // only in the tree of free pages
  std::uint16_t flags;
  std::uint16_t depth;
  std::uint64_t branch_pages;
  std::uint64_t leaf_pages;
  std::uint64_t overflow_pages;
  std::uint64_t entries;
  std::uint64_t root;
};
struct Meta {
  std::uint32_t magic;
  std::uint32_t version;
  std::uint64_t address;
  std::uint64_t map_bytes;
  Tree free;
  Tree records;
  std::uint64_t last_page;
  std::uint64_t transaction;
};
static_assert(sizeof(PageHeader) == 16 && sizeof(OverflowHeader) == 16);
static_assert(sizeof(NodeHeader) == 8 && sizeof(Tree) == 48 && sizeof(Meta) == 136);

constexpr std::uint16_t branch_page = 0x01;
constexpr std::uint16_t leaf_page = 0x02;
constexpr std::uint16_t overflow_page = 0x04;
constexpr std::uint16_t meta_page = 0x08;
constexpr std::uint16_t value_in_pages = 0x01;  // flag of a node
constexpr std::uint16_t integer_keys = 0x08;    // flag of the tree of free pages
constexpr std::uint32_t lmdb_magic = 0xBEEFC0DE;
constexpr std::uint32_t lmdb_version = 1;
constexpr std::uint64_t no_page = ~std::uint64_t{0};
constexpr std::uint64_t first_page = 2;  // behind the meta pages
constexpr std::uint64_t pages_max = std::uint64_t{1} << 48;
constexpr std::uint32_t page_bytes_min = 4'096;
constexpr std::uint32_t page_bytes_max = 32'768;
constexpr std::uint16_t depth_max = 32;  // of LMDB's cursors
constexpr std::uint16_t key_bytes_max = 511;
constexpr std::size_t name_bytes = 32;

template <class T>
T load(ByteView bytes, std::size_t offset = 0) {
  T out;
  std::memcpy(&out, bytes.subspan(offset, sizeof out).data(), sizeof out);
  return out;
}

Meta meta_at(ByteView file, std::size_t page_bytes, std::size_t index) {
  return load<Meta>(file, index * page_bytes + sizeof(PageHeader));
}

bool sound_meta(ByteView file_start, std::size_t page_bytes, std::size_t index) {
  const auto header = load<PageHeader>(file_start, index * page_bytes);
  const Meta meta = meta_at(file_start, page_bytes, index);
  return header.number == index && header.flags == meta_page && meta.magic == lmdb_magic &&
         meta.version == lmdb_version && meta.free.page_bytes == page_bytes &&
         meta.last_page >= first_page - 1 && meta.last_page < pages_max &&
         meta.map_bytes >= (meta.last_page + 1) * page_bytes && meta.free.flags == integer_keys &&
         meta.records.flags == 0;
}

// LMDB writes the meta pages in turns, one for even transactions and one for odd ones.
bool in_turns(std::uint64_t even, std::uint64_t odd) {
  if (even == 0 && odd == 0) return true;  // a new file
  return even % 2 == 0 && odd % 2 == 1 && (even + 1 == odd || odd + 1 == even);
}

using Key = std::optional<ByteView>;
enum class Kind : std::uint8_t { free_pages, records };

// A page of a tree, and which keys belong there.
struct Place {
  Kind kind;
  std::uint16_t height;  // 1: a leaf
  Key from;
  Key below;
};

// Keys rise, within the bounds of their place.
class Order {
 public:
  explicit Order(const Place& place) : kind_(place.kind), below_(place.below), last_(place.from) {}

  bool goes_on_with(ByteView key) {
    if (key.empty() || (kind_ == Kind::free_pages && key.size() != sizeof(std::uint64_t))) {
      return false;
    }
    if (below_ && !less(key, *below_)) return false;
    // The lower bound is itself a key that belongs here.
    if (last_ && (is_first_ ? less(key, *last_) : !less(*last_, key))) return false;
    last_ = key;
    is_first_ = false;
    return true;
  }

 private:
  bool less(ByteView a, ByteView b) const {
    if (kind_ == Kind::free_pages) return load<std::uint64_t>(a) < load<std::uint64_t>(b);
    return std::ranges::lexicographical_compare(a, b);
  }

  Kind kind_;
  Key below_;
  Key last_;
  bool is_first_ = true;
};

// Walks both trees of a snapshot. Every page but the meta pages belongs to one thing only.
class Walk {
 public:
  Walk(ByteView file, const Meta& meta)
      : file_(file),
        meta_(meta),
        page_bytes_(meta.free.page_bytes),
        taken_(file.size() / page_bytes_) {}

  bool is_sound() {
    return visit_tree(meta_.free, Kind::free_pages) && visit_tree(meta_.records, Kind::records);
  }
  const DatabaseContents& contents() const { return contents_; }

 private:
  struct Counts {
    std::uint64_t branch_pages = 0;
    std::uint64_t leaf_pages = 0;
    std::uint64_t overflow_pages = 0;
    std::uint64_t entries = 0;
  };

  bool visit_tree(const Tree& tree, Kind kind) {
    counts_ = {};
    if (tree.root == no_page) {
      if (tree.depth != 0) return false;
    } else if (tree.depth == 0 || tree.depth > depth_max ||
               !visit_page(tree.root, {kind, tree.depth, {}, {}})) {
      return false;
    }
    return counts_.branch_pages == tree.branch_pages && counts_.leaf_pages == tree.leaf_pages &&
           counts_.overflow_pages == tree.overflow_pages && counts_.entries == tree.entries;
  }

  bool take(std::uint64_t page) {
    if (page < first_page || page > meta_.last_page || page >= taken_.size()) return false;
    if (taken_[page]) return false;
    taken_[page] = true;
    return true;
  }

  ByteView page(std::uint64_t number) const {
    return file_.subspan(number * page_bytes_, page_bytes_);
  }

  bool visit_page(std::uint64_t number, const Place& place) {
    if (!take(number)) return false;
    const ByteView bytes = page(number);
    const auto header = load<PageHeader>(bytes);
    const bool leaf = place.height == 1;
    ++(leaf ? counts_.leaf_pages : counts_.branch_pages);
    if (header.number != number || header.flags != (leaf ? leaf_page : branch_page)) return false;
    if (header.lower < sizeof header || header.lower > header.upper || header.upper > page_bytes_ ||
        header.lower % 2 != 0) {
      return false;
    }
    return visit_nodes(bytes, header, place);
  }

  bool visit_nodes(ByteView bytes, const PageHeader& header, const Place& place) {
    const std::size_t count = (header.lower - sizeof header) / 2;
    // LMDB asserts that a branch has two children; for a moment not so among the free pages.
    if (count < (place.height > 1 && place.kind == Kind::records ? 2U : 1U)) return false;
    std::size_t used = 0;
    Order order(place);
    std::optional<Node> previous;
    for (std::size_t i = 0; i < count; ++i) {
      const auto node = node_at(bytes, header, i, place);
      if (!node) return false;
      used += node->size;
      // The first key of a branch stands for all smaller ones, and is not looked at.
      if ((i > 0 || place.height == 1) && !order.goes_on_with(node->key)) return false;
      if (place.height == 1) {
        if (!visit_value(*node, place.kind)) return false;
      } else if (previous && !visit_child(*previous, node->key, place, i == 1)) {
        return false;
      }
      previous = node;
    }
    if (place.height > 1 && !visit_child(*previous, place.below, place, count == 1)) return false;
    return used <= page_bytes_ - header.upper;
  }

  struct Node {
    NodeHeader header;
    ByteView key;
    ByteView rest;  // of the page behind the key
    std::size_t size;
  };

  std::optional<Node> node_at(ByteView bytes, const PageHeader& header, std::size_t index,
                              const Place& place) const {
    const auto offset = load<std::uint16_t>(bytes, sizeof header + 2 * index);
    if (offset < header.upper || offset % 2 != 0) return std::nullopt;
    if (offset + sizeof(NodeHeader) > bytes.size()) return std::nullopt;
    Node node{.header = load<NodeHeader>(bytes, offset), .key = {}, .rest = {}, .size = 0};
    const ByteView behind = bytes.subspan(offset + sizeof(NodeHeader));
    if (node.header.key_bytes > std::min<std::size_t>(behind.size(), key_bytes_max)) {
      return std::nullopt;
    }
    node.key = behind.first(node.header.key_bytes);
    node.rest = behind.subspan(node.header.key_bytes);
    std::size_t value = 0;
    if (place.height == 1) {
      if (place.kind == Kind::free_pages && node.key.size() != sizeof(std::uint64_t)) return {};
      if ((node.header.flags & ~unsigned{value_in_pages}) != 0) return std::nullopt;
      value = node.header.flags == value_in_pages ? sizeof(std::uint64_t) : value_bytes(node);
      if (value > node.rest.size()) return std::nullopt;
    }
    node.size = (sizeof(NodeHeader) + node.key.size() + value + 1) / 2 * 2;
    return node;
  }

  static std::size_t value_bytes(const Node& node) {
    return node.header.low | std::size_t{node.header.high} << 16;
  }

  bool visit_child(const Node& node, Key below, const Place& place, bool first) {
    const std::uint64_t child = node.header.low | std::uint64_t{node.header.high} << 16 |
                                std::uint64_t{node.header.flags} << 32;
    return visit_page(child, {place.kind, static_cast<std::uint16_t>(place.height - 1),
                              first ? place.from : Key(node.key), below});
  }

  bool visit_value(const Node& node, Kind kind) {
    ++counts_.entries;
    ByteView value = node.rest;
    if (node.header.flags == value_in_pages) {
      const auto begin = overflow_value(node);
      if (!begin) return false;
      value = *begin;
    }
    value = value.first(value_bytes(node));
    if (kind == Kind::free_pages) return visit_free_list(value);
    if (node.key.size() != name_bytes) {
      ++contents_.other_keys;
      return true;
    }
    ++contents_.names;
    contents_.bytes += value.size();
    for (std::size_t i = 0; i < name_bytes; ++i) contents_.names_xor[i] ^= node.key[i];
    return true;
  }

  std::optional<ByteView> overflow_value(const Node& node) {
    const auto number = load<std::uint64_t>(node.rest);
    if (!take(number)) return std::nullopt;
    const auto header = load<OverflowHeader>(page(number));
    const std::uint64_t needed = (sizeof header - 1 + value_bytes(node)) / page_bytes_ + 1;
    if (header.number != number || header.flags != overflow_page || header.pages < needed) {
      return std::nullopt;
    }
    for (std::uint64_t i = 1; i < header.pages; ++i) {
      if (!take(number + i)) return std::nullopt;
    }
    counts_.overflow_pages += header.pages;
    return file_.subspan(number * page_bytes_ + sizeof header);
  }

  // Count, then page numbers that fall. The last pages of a file may be missing, if free.
  bool visit_free_list(ByteView list) {
    if (list.size() < sizeof(std::uint64_t)) return false;
    const auto count = load<std::uint64_t>(list);
    if (count > list.size() / sizeof(std::uint64_t) - 1) return false;
    std::uint64_t above = meta_.last_page + 1;
    for (std::uint64_t i = 1; i <= count; ++i) {
      const auto number = load<std::uint64_t>(list, i * sizeof(std::uint64_t));
      if (number >= above || number < first_page) return false;
      if (number < taken_.size() && !take(number)) return false;
      above = number;
    }
    return true;
  }

  ByteView file_;
  Meta meta_;
  std::size_t page_bytes_;
  std::vector<bool> taken_;
  Counts counts_;
  DatabaseContents contents_;
};

}  // namespace

Result<void> check_meta_pages(ByteView file_start) {
  if (file_start.empty()) return {};
  if (file_start.size() < 2 * page_bytes_min) return fail(Errc::storage_corrupt);
  const Meta first = meta_at(file_start, page_bytes_min, 0);
  if (first.magic == lmdb_magic && first.version != lmdb_version) {
    return fail(Errc::storage_version_unknown);
  }
  const std::size_t page_bytes = first.free.page_bytes;
  if (page_bytes < page_bytes_min || page_bytes > page_bytes_max ||
      !std::has_single_bit(page_bytes) || file_start.size() < 2 * page_bytes) {
    return fail(Errc::storage_corrupt);
  }
  const Meta second = meta_at(file_start, page_bytes, 1);
  if (!sound_meta(file_start, page_bytes, 0) || !sound_meta(file_start, page_bytes, 1) ||
      !in_turns(first.transaction, second.transaction)) {
    return fail(Errc::storage_corrupt);
  }
  return {};
}

Result<DatabaseContents> check_database(ByteView file, std::uint64_t transaction) {
  const std::size_t page_bytes = meta_at(file, page_bytes_min, 0).free.page_bytes;
  const Meta meta = meta_at(file, page_bytes, transaction % 2);
  Walk walk(file, meta);
  if (meta.transaction != transaction || !walk.is_sound()) return fail(Errc::storage_corrupt);
  return walk.contents();
}

}  // namespace stt::adapters
