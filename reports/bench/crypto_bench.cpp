// Sealing and opening against raw libsodium: the same text and associated data, in the same run.
// The core derives the XChaCha20 sub-key once per nonce prefix, which pays for everything around
// it.
#include <benchmark/benchmark.h>
#include <sodium.h>

#include <stt/crypto/aead.hpp>

namespace {

using namespace stt;

constexpr std::size_t associated_bytes = 60;  // a header with long varints, and its epoch

// All benchmarks work in the same memory, so that none is lucky with its pages.
constexpr std::size_t text_bytes_max = 65536;
alignas(64) ByteArray<text_bytes_max> shared_text;
alignas(64) ByteArray<text_bytes_max> shared_sealed;

// What a session seals with: random prefix, then the sequence.
struct Input {
  explicit Input(benchmark::State& state)
      : text(MutableByteView(shared_text).first(static_cast<std::size_t>(state.range(0)))) {
    std::ranges::fill(text, std::byte{0x5A});
    for (std::size_t i = 0; i < key_bytes.size(); ++i) key_bytes[i] = static_cast<std::byte>(i);
  }
  void next_nonce() {
    ++sequence;
    for (std::size_t i = 0; i < 8; ++i) {
      nonce[16 + i] = static_cast<std::byte>((sequence >> (8 * (7 - i))) & 0xFF);
    }
  }

  ByteArray<32> key_bytes{};
  ByteArray<24> nonce{};
  ByteArray<associated_bytes> associated{};
  ByteArray<16> tag{};
  MutableByteView text;
  std::uint64_t sequence = 0;
};

unsigned char* raw(MutableByteView bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void seal_ours(benchmark::State& state) {
  Input input(state);
  crypto::Aead aead(crypto::Key{input.key_bytes});
  for (auto _ : state) {
    input.next_nonce();
    aead.seal(input.nonce, input.associated, input.text, input.tag);
    benchmark::DoNotOptimize(input.tag);
  }
  count_bytes(state);
}

void seal_yardstick(benchmark::State& state) {
  Input input(state);
  for (auto _ : state) {
    input.next_nonce();
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
        raw(input.text), raw(input.tag), nullptr, raw(input.text), input.text.size(),
        raw(input.associated), input.associated.size(), nullptr, raw(input.nonce),
        raw(input.key_bytes));
    benchmark::DoNotOptimize(input.tag);
  }
  count_bytes(state);
}

ByteView keep_sealed(const Input& input) {
  std::ranges::copy(input.text, shared_sealed.begin());
  return ByteView(shared_sealed).first(input.text.size());
}

// Opening undoes the text, so each round starts from the same sealed bytes; both sides pay the
// copy.
void open_ours(benchmark::State& state) {
  Input input(state);
  crypto::Aead aead(crypto::Key{input.key_bytes});
  aead.seal(input.nonce, input.associated, input.text, input.tag);
  const ByteView sealed = keep_sealed(input);
  for (auto _ : state) {
    std::ranges::copy(sealed, input.text.begin());
    if (!aead.open(input.nonce, input.associated, input.text, input.tag)) {
      state.SkipWithError("did not open");
      break;
    }
  }
  count_bytes(state);
}

void open_yardstick(benchmark::State& state) {
  Input input(state);
  crypto::Aead(crypto::Key{input.key_bytes})
      .seal(input.nonce, input.associated, input.text, input.tag);
  const ByteView sealed = keep_sealed(input);
  for (auto _ : state) {
    std::ranges::copy(sealed, input.text.begin());
    if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
            raw(input.text), nullptr, raw(input.text), input.text.size(), raw(input.tag),
            raw(input.associated), input.associated.size(), raw(input.nonce),
            raw(input.key_bytes)) != 0) {
      state.SkipWithError("did not open");
      break;
    }
  }
  count_bytes(state);
}

BENCHMARK(seal_ours)->Name("seal/ours")->Arg(1200)->Arg(65536);
BENCHMARK(seal_yardstick)->Name("seal/yardstick")->Arg(1200)->Arg(65536);
BENCHMARK(open_ours)->Name("open/ours")->Arg(1200)->Arg(65536);
BENCHMARK(open_yardstick)->Name("open/yardstick")->Arg(1200)->Arg(65536);

}  // namespace
