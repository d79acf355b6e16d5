// A frame in words, for ladders and logs.
#pragma once

#include <string>

#include <simulator/recording/frame_opener.hpp>

namespace stt::sim {

struct FrameWords {
  wire::FrameHeader header;
  std::size_t bytes = 0;  // of the whole frame
  std::string name;       // of the message, as the specification has it: "HELLO", "ACK", "DATA"
  std::string detail;     // "stream 1, 0..51, end"; may be empty
};

// Of a frame that was opened; of one that was not it says what the clear header says.
FrameWords words_of(const OpenedFrame& opened);
// What the clear headers of a datagram say.
std::vector<FrameWords> words_of_sealed(ByteView datagram);

// All frames of a datagram in one line: "DATA stream 1, 0..51, end + ACK 7".
std::string in_one_line(const std::vector<FrameWords>& frames);

}  // namespace stt::sim
