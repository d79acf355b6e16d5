// Certificates made on the spot, for tests of TLS.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <openssl/x509.h>

namespace stt::adapters::testing {

// PEM files in a new folder, which goes when this does.
class Certificates {
 public:
  struct Wanted {
    std::string name;                  // of the files
    std::string subject_alternatives;  // as OpenSSL writes it: "DNS:localhost,IP:::1"
    std::chrono::seconds lifetime = std::chrono::hours(1);  // negative: over since that long
  };
  struct Files {
    std::string certificate;
    std::string key;
  };

  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  // Signed by the authority in ca_file().
  Files issue(const Wanted& wanted);
  const std::string& ca_file() const { return ca_file_; }
  // A file with that content.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  using Key = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;
  using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;

  Certificate make(const Wanted& wanted, EVP_PKEY* key, const char* extension_value);

  std::string folder_;
  Key ca_key_;
  Certificate ca_;
  std::string ca_file_;
  long serial_ = 0;
};

}  // namespace stt::adapters::testing
