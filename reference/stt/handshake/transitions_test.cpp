// Every (state, input) pair of both machines, against a second, independent listing.
#include <stt/handshake/transitions.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace stt::handshake {
namespace {

// One row a state, one column an input; '.' is refused, other letters name the next state.
template <class StateType, class InputType, class Next>
void expect_matrix(const std::array<std::string, 5>& matrix, const std::string& letters,
                   Next next) {
  for (std::size_t state = 0; state < matrix.size(); ++state) {
    for (std::size_t input = 0; input < matrix[state].size(); ++input) {
      const auto got = next(static_cast<StateType>(state), static_cast<InputType>(input));
      const char letter = got ? letters[static_cast<std::size_t>(*got)] : '.';
      EXPECT_EQ(letter, matrix[state][input]) << "state " << state << " input " << input;
    }
  }
}

//= STT-HANDSHAKE-080 test
TEST(Transitions, InitiatorAnswersEveryPair) {
  // start, response, final, bad_final, resend_due, renew_due, deadline, abandon
  const std::array<std::string, 5> matrix{
      "h.......",  // idle
      ".p..h.FF",  // hello_sent
      "..EFphFF",  // proof_sent
      "........",  // established
      "........",  // failed
  };
  for (const std::string& row : matrix) ASSERT_EQ(row.size(), initiator::input_count);
  expect_matrix<initiator::State, initiator::Input>(matrix, "ihpEF", initiator::next);
}

//= STT-HANDSHAKE-080 test
TEST(Transitions, ResponderAnswersEveryPair) {
  // hello, hello_again, proof, bad_proof, proof_again, give_up, session_frame, session_over
  const std::array<std::string, 5> matrix{
      "r.......",  // idle
      ".rfF.F..",  // response_sent
      "....f.EF",  // final_sent
      "........",  // established
      "........",  // failed
  };
  for (const std::string& row : matrix) ASSERT_EQ(row.size(), responder::input_count);
  expect_matrix<responder::State, responder::Input>(matrix, "irfEF", responder::next);
}

}  // namespace
}  // namespace stt::handshake
