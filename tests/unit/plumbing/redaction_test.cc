#include "plumbing/redaction.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "../temp_dir.h"
#include "objects/base/file.h"
#include "plumbing/secret_names.h"
#include "plumbing/secret_shapes.h"

using namespace roar;
using namespace roar::plumbing;

namespace {

const std::string kToken = std::string("ghp_") + "16C7e42F292c6912E7710c838347Ae178B4a";

Redactor redactor() {
  return Redactor(std::string(32, 'k'));
}

}  // namespace

TEST_CASE("redaction: the tables are sorted, so that names are found", "[redaction]") {
  CHECK(std::ranges::is_sorted(secret_options(), {}, &SecretName::name));
  CHECK(std::ranges::is_sorted(secret_variables(), {}, &SecretName::name));
  CHECK(std::ranges::is_sorted(secret_headers(), {}, &SecretName::name));
}

TEST_CASE("redaction: a shape that begins like another one comes first", "[redaction]") {
  const auto shapes = token_shapes();
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (std::size_t j = i + 1; j < shapes.size(); ++j) {
      INFO(shapes[i].prefix << " " << shapes[j].prefix);
      CHECK_FALSE(shapes[j].prefix.starts_with(shapes[i].prefix));
    }
  }
}

TEST_CASE("redaction: equal secrets have equal placeholders, others do not", "[redaction]") {
  Redactor one = redactor();
  Redactor other(std::string(32, 'o'));
  CHECK(one.placeholder("secret", "a") == one.placeholder("secret", "a"));
  CHECK(one.placeholder("secret", "a") != one.placeholder("secret", "b"));
  CHECK(one.placeholder("secret", "a") != other.placeholder("secret", "a"));
}

TEST_CASE("redaction: what is redacted stays as it is when it is redacted again", "[redaction]") {
  Redactor one = redactor();
  const std::vector<std::string> argv{"curl", "-u", "a:hunter2", "--token=" + kToken,
                                      "https://u:pw@h/" + kToken};
  const auto once = one.redact_argv(argv);
  CHECK(once.withheld.size() == 4);
  const auto twice = one.redact_argv(once.argv);
  CHECK(twice.argv == once.argv);
  CHECK(twice.withheld.empty());
}

TEST_CASE("redaction: the secrets in the place of placeholders give the command back",
          "[redaction]") {
  Redactor one = redactor();
  const std::vector<std::string> argv{"sh", "-c",
                                      "PGPASSWORD=pw x --token " + kToken + " " + kToken};
  const auto redacted = one.redact_argv(argv);
  const auto withheld = withheld_in(redacted.argv);
  REQUIRE(withheld == redacted.withheld);
  REQUIRE(withheld.size() == 3);
  CHECK(withheld[0].kind == "password");
  CHECK(withheld[1].placeholder == withheld[2].placeholder);
  const std::vector<std::pair<std::string, std::string>> secrets{{withheld[0].placeholder, "pw"},
                                                                 {withheld[1].placeholder, kToken}};
  CHECK(with_secrets(redacted.argv[2], secrets) == argv[2]);
}

TEST_CASE("redaction: text that only looks like a placeholder is none", "[redaction]") {
  const std::vector<std::string> argv{"<redacted:>", "<redacted:secret:1234567>", "<redacted:a:b",
                                      "<redacted:Secret:12345678>", "<redacted:secret:0123456g>"};
  CHECK(withheld_in(argv).empty());
}

TEST_CASE("redaction: a file has a secret if a token or an exact variable's value is in it",
          "[redaction]") {
  CHECK(find_secret("token = \"" + kToken + "\"\n") == "github-token");
  CHECK(find_secret("+AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI7K7MDENGbPxRfiCYzzzzzzzzzzz\n") ==
        "aws-secret-key");
  CHECK(
      find_secret("os.environ[\"WANDB_API_KEY\"] = \"0123456789abcdef0123456789abcdef01234567\"") ==
      "wandb-key");
  CHECK_FALSE(find_secret("os.environ[\"WANDB_API_KEY\"] = load_key_from_file1(path)").has_value());
  CHECK_FALSE(find_secret("password = getpass()\nif token == 'abcdefgh1234567890': pass\n"));
  CHECK_FALSE(
      find_secret("def login(user, password=None, api_key=\"\"):\n  f'{user}:{password}@x'\n"));
}

TEST_CASE("redaction: a path loses tokens and nothing else", "[redaction]") {
  Redactor one = redactor();
  CHECK(one.redact_path("data/password=hunter2/u:secret12@db.example.org/a.csv") ==
        "data/password=hunter2/u:secret12@db.example.org/a.csv");
  CHECK(one.redact_path("out/" + kToken + ".json") ==
        "out/" + one.placeholder("github-token", kToken) + ".json");
}

TEST_CASE("redaction: any bytes will do", "[redaction]") {
  Redactor one = redactor();
  for (const std::string text : {"",
                                 "=",
                                 ":",
                                 "@",
                                 "-",
                                 "://",
                                 "://@",
                                 "a://:@",
                                 "-----BEGIN ",
                                 "password=",
                                 "\"password\": \"",
                                 "Authorization:",
                                 "Bearer ",
                                 "eyJ",
                                 "eyJ.",
                                 "\xff=\xfe",
                                 "--token ",
                                 "a:@",
                                 "+=",
                                 "~=x"}) {
    CHECK(one.redact_text(text) == text);
    CHECK(one.redact_argv(std::vector<std::string>{text, text, text}).argv ==
          std::vector<std::string>{text, text, text});
  }
}

TEST_CASE("redaction: the key is made once, for its owner alone", "[redaction]") {
  TempDir directory;
  const Workspace workspace{.root = directory.path(), .directory = directory.path()};
  make_directories(workspace.roar_directory());
  const auto file = workspace.roar_directory() / "redaction.key";
  CHECK(Redactor(workspace).redact_text("nothing") == "nothing");
  CHECK_FALSE(file_exists(file));
  const std::string first = Redactor(workspace).redact_text(kToken);
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(Redactor(workspace).redact_text(kToken) == first);
  CHECK(first != kToken);
  std::ofstream(file) << "damaged\n";
  CHECK(Redactor(workspace).redact_text(kToken) != kToken);
}
