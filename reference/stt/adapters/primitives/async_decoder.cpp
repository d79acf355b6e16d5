#include <stt/adapters/primitives/async_decoder.hpp>

namespace stt::async {

using primitives::Reception;
using primitives::SegmentSequence;

struct AsyncDecoder::State {
  State(const net::any_io_executor& executor, primitives::BinaryStreamDecoder its_decoder)
      : decoder(std::move(its_decoder)), readers(executor), writers(executor) {}

  primitives::BinaryStreamDecoder decoder;
  WaitQueue readers;
  WaitQueue writers;
};

AsyncDecoder::AsyncDecoder(const net::any_io_executor& executor,
                           primitives::BinaryStreamDecoder decoder)
    : state_(std::make_shared<State>(executor, std::move(decoder))) {}

AsyncDecoder::~AsyncDecoder() {
  readers().close();
  writers().close();
}

WaitQueue& AsyncDecoder::readers() {
  return state_->readers;
}
WaitQueue& AsyncDecoder::writers() {
  return state_->writers;
}

Result<Reception> AsyncDecoder::receive_segment(ByteView bytes, SegmentSequence sequence) {
  return receive(*state_, bytes, sequence);
}

Result<Reception> AsyncDecoder::receive(State& state, ByteView bytes, SegmentSequence sequence) {
  const auto reception = state.decoder.receive_segment(bytes, sequence);
  if (reception) state.readers.notify();
  return reception;
}

Result<std::size_t> AsyncDecoder::read(State& state, MutableByteView out) {
  const auto count = state.decoder.read(out);
  if (count) state.writers.notify();
  return count;
}

Result<Bytes> AsyncDecoder::Gathering::operator()() {
  while (true) {
    const std::size_t had = gathered.size();
    // Reading at least one byte beyond what is there tells the end from a pause.
    gathered.resize(had + std::max<std::size_t>(state->decoder.unread_bytes(), 1));
    const auto count = read(*state, MutableByteView(gathered).subspan(had));
    gathered.resize(had + count.value_or(0));
    if (!count) return fail(count.error());
    if (*count == 0) return std::move(gathered);
    if (gathered.size() > bytes_max) return fail(Errc::stream_too_long);
  }
}

}  // namespace stt::async
