#include <simulator/recording/key_log.hpp>

#include <stt/base/hex.hpp>

namespace stt::sim {

KeyLog::KeyLog(std::ostream& out, std::string_view about) : out_(out) {
  out_ << "# Keys of a simulated world: " << about << "\n# They come from its seed, and protect "
       << "nothing. Real sessions have no key log.\n";
}

void KeyLog::on_used_key(Instant, const UsedKey& used) {
  out_ << used.label << ' ' << to_hex(used.id) << ' ';
  if (used.epoch) out_ << used.epoch->value() << ' ';
  out_ << to_hex(used.key.view()) << '\n';
}

}  // namespace stt::sim
