// `stt keygen`: 32 bytes of the system's randomness as a seed, for a pair of nodes or for one.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include <conformance/tool/command.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/exit_code.hpp>
#include <stt/base/hex.hpp>
#include <stt/base/secret.hpp>
#include <stt/crypto/system_random.hpp>

namespace stt::tool {
namespace {

struct Options {
  std::string out;
  bool force = false;
};

int complain(const Options& options, const char* what) {
  std::fprintf(stderr, "stt keygen: cannot %s %s: %s.\n", what, options.out.c_str(),
               std::strerror(errno));
  return exit_cannot_write;
}

bool write_all(int descriptor, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = ::write(descriptor, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  return true;
}

// The mode is right from the first moment: nobody else can have opened the file before.
int write_seed_file(const Options& options, const std::string& text) {
  if (options.force && ::unlink(options.out.c_str()) != 0 && errno != ENOENT) {
    return complain(options, "replace");
  }
  const int descriptor =
      ::open(options.out.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0 && errno == EEXIST) {
    std::fprintf(stderr,
                 "stt keygen: %s exists and may be in use. Choose another name, or say --force to "
                 "replace it.\n",
                 options.out.c_str());
    return exit_cannot_write;
  }
  if (descriptor < 0) return complain(options, "create");
  const bool written = write_all(descriptor, text) && ::fsync(descriptor) == 0;
  if (::close(descriptor) != 0 || !written) return complain(options, "write");
  std::fprintf(stderr, "wrote %s: a seed of 32 bytes, readable by you only\n", options.out.c_str());
  return exit_done;
}

int run(const Options& options) {
  Secret<32> seed;
  crypto::SystemRandom random;
  if (!random.fill("keygen.seed", seed.mutable_view())) {
    std::fprintf(stderr, "stt keygen: the system gives no randomness.\n");
    return exit_unavailable;
  }
  std::string text = to_hex(seed.view()) + "\n";
  int exit_code = exit_done;
  if (options.out.empty()) {
    std::fputs(text.c_str(), stdout);
    if (std::fflush(stdout) != 0) exit_code = exit_cannot_write;
  } else {
    exit_code = write_seed_file(options, text);
  }
  wipe(std::as_writable_bytes(std::span(text.data(), text.size())));
  return exit_code;
}

}  // namespace

void add_keygen_command(Command app) {
  auto options = std::make_shared<Options>();
  const Command command =
      app.add_command("keygen", "Make a seed: the secret a pair of nodes share");
  command.add_option("--out", options->out, "File to write, mode 0600 (default: standard output)");
  command.add_flag("--force", options->force, "Replace the file if it exists");
  command.footer(
      "Writes 32 random bytes as 64 hexadecimal digits and a newline. Both nodes of a pair need\n"
      "the same shared seed: carry it over a channel you trust (scp, a USB stick), never in mail.\n"
      "A node seed is made the same way and stays on its own node: it is the node's identity.\n"
      "\n"
      "  stt keygen --out pair.seed        shared with one peer\n"
      "  stt keygen --out node.seed        this node's identity\n"
      "\n"
      "A seed file made elsewhere may also hold 32 or more raw bytes. Exit codes: 0 done,\n"
      "14 cannot write, 64 usage.");
  command.action([options] { return run(*options); });
}

}  // namespace stt::tool
