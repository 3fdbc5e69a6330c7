#include <catch2/catch.hpp>

#include "objects/artifact.h"
#include "objects/base/error.h"
#include "objects/digest_record.h"
#include "objects/environment.h"
#include "objects/job.h"
#include "objects/json.h"
#include "objects/label.h"
#include "objects/object_id.h"
#include "objects/packages.h"
#include "objects/processes.h"
#include "objects/session.h"
#include "tests/unit/objects/code_of.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

ObjectId id_of_digit(char digit) {
  return *ObjectId::from_hex(std::string(64, digit));
}

SessionEntry session_root(Timestamp created) {
  SessionEntry entry;
  entry.session = std::string(32, 'e');
  entry.created = created;
  return entry;
}

Job sample_job() {
  Job job;
  job.uid = "000102030405060708090a0b0c0d0e0f";
  job.parent_uid = "ffffffffffffffffffffffffffffffff";
  job.kind = JobKind::Build;
  job.name = "compile";
  job.argv = {"cc", "-o", "a\xff", ""};
  job.cwd = "src";
  job.git = GitState{.commit = std::string(40, 'c'),
                     .branch = "main",
                     .remote = "https://example.org/r.git",
                     .dirty = true};
  job.started = {1'700'000'000, 5};
  job.ended = {1'700'000'001, 999'999'999};
  job.exit = {.code = 2, .signal = 0, .interrupted = true};
  job.tracing = {.backend = "preload",
                 .complete = false,
                 .gaps = {{"static-program", "/bin/busybox", 2}, {"writes-after-end", "", 1}},
                 .dropped = 3,
                 .processes = 4,
                 .temporaries = 5,
                 .credentials = 6};
  job.variables = {{"A", "1"}, {"B", "\xfe"}};
  job.environment = id_of_digit('1');
  job.packages = id_of_digit('2');
  job.edges = {id_of_digit('3'), std::nullopt, id_of_digit('4'), id_of_digit('5')};
  job.hashes = {"sha256", "blake3"};
  job.inputs = 7;
  job.outputs = 8;
  return job;
}

// The example of docs/formats/processes.md.
JobProcesses sample_processes() {
  JobProcesses processes;
  const auto add = [&](JobProcess process) { processes.processes.push_back(std::move(process)); };
  add({.pid = 4711,
       .parent = {},
       .executable = "/usr/bin/dash",
       .argv = {"sh", "run.sh"},
       .ended_ns = 20'000'000,
       .exit = ProcessExit{}});
  add({.pid = 4712,
       .parent = 0,
       .executable = "/usr/bin/sort",
       .argv = {"sort", "data/in.csv"},
       .started_ns = 4'000'000,
       .ended_ns = 8'000'000,
       .exit = ProcessExit{}});
  add({.pid = 4713,
       .parent = 0,
       .executable = "/usr/bin/dash",
       .argv = {},
       .started_ns = 8'000'000,
       .ended_ns = {},
       .exit = ProcessExit{.signal = 9}});
  processes.files = {{.path = "data/in.csv", .readers = {1}, .writers = {}},
                     {.path = "out", .readers = {1}, .writers = {0, 2}}};
  return processes;
}

// The payload with one key of its top level set or removed.
std::string with(std::string_view payload, const std::string& key, const json::Value& value) {
  json::Object object = json::decode(payload);
  object.insert_or_assign(key, value);
  return json::encode(object);
}
std::string without(std::string_view payload, const std::string& key) {
  json::Object object = json::decode(payload);
  REQUIRE(object.erase(key) == 1);
  return json::encode(object);
}

}  // namespace

TEST_CASE("a job's composites come back, and must be sorted") {
  Job job = sample_job();
  job.composites = {{.path = "a", .role = EdgeRole::Output, .composite = id_of_digit('6')},
                    {.path = "b\xff", .role = EdgeRole::Input, .composite = id_of_digit('7')}};
  CHECK(decode_job(encode(job)) == job);
  std::swap(job.composites[0], job.composites[1]);
  CHECK(code_of([&] { decode_job(encode(job)); }) == Errc::Corrupt);
}

TEST_CASE("object ids are pinned for ever", "[types]") {
  // Computed with the json module of Python and b3sum.
  const auto check = [](ObjectType type, std::string_view payload, std::string_view hex) {
    INFO(type_name(type) << ": " << payload);
    CHECK(object_id_of(type, payload).hex() == hex);
  };
  check(ObjectType::Blob, "", "4a0b6603381c7c38c557e9ceb3cba8876f0a7863146e7309801352e80b073b65");
  check(ObjectType::Blob, "hello\n",
        "c9a94c1a9145087554f265dc47aecd93fd8fe3bbac49d768cf69c6a816bf51ce");
  check(ObjectType::Blob, std::string(10'000, 'x'),
        "c21367f00e5da822767aef01771544f6b9b387977ee6b53cb737f54cc3b0e9e9");
  check(ObjectType::Artifact, encode(Artifact{std::string(64, 'a'), 6}),
        "bfd6a99e21ea6e9590dcc3aad02a6fcfb7ed5ffcd67d0fa51f9634126945ea00");
  check(
      ObjectType::Digest,
      encode(DigestRecord{id_of_digit('1'), "sha256", std::string(64, 'b'), DigestOrigin::Claimed}),
      "b59b42924200fb93881aced2ced1fab934b2430cc9b29bdd2522da1b5718341c");
  check(ObjectType::Environment,
        encode(Environment{.hostname = "host",
                           .system = "Linux",
                           .release = "6.1.0",
                           .machine = "x86_64",
                           .distribution = "Debian GNU/Linux 12 (bookworm)",
                           .cpu_model = "CPU",
                           .cpu_count = 2,
                           .memory_bytes = 1024,
                           .container = "docker",
                           .gpus = {"GPU"},
                           .runtimes = {{"python", "3.11.2"}}}),
        "ddd3d21b378edeaa99df043c701a8aecec3c0e637ba858d03c01b805a95c28a3");
  check(ObjectType::Packages,
        encode(Packages{{{"dpkg", "libc6", "2.36-9"}, {"pip", "numpy", "1.24.2"}}}),
        "cbec427c2ffd3cb109d31d5ed69d764a58279c6b8a7ec1d754148bd72f5ce201");
  check(ObjectType::Processes, encode(sample_processes()),
        "e950865e98f800442a0c3c08c38ae7c401b62bcb3f42c7856800d742b20791d2");
  check(ObjectType::Job, encode(sample_job()),
        "b344c73bd493c5dc45efad8d607775b64423dd19915799ef3a46c37d8c736c93");
  check(ObjectType::Session, encode(session_root({1'700'000'000, 1})),
        "87d62bce34d2eff9e83879266234741d782f5827b84a845613be3f72067f8762");
  check(ObjectType::Session,
        encode(SessionEntry{.session = std::string(32, 'e'),
                            .created = {},
                            .previous = id_of_digit('1'),
                            .job = id_of_digit('2'),
                            .kind = JobKind::Run,
                            .step = 3,
                            .step_name = "train"}),
        "daa4b551a014662594a4905d1f29186783754e8d7d8168b318de6380244fcb96");
}

TEST_CASE("objects come back as they were encoded", "[types]") {
  const Job job = sample_job();
  CHECK(decode_job(encode(job)) == job);
  Job plain;
  plain.uid = job.uid;
  plain.argv = {"true"};
  plain.tracing.backend = "ptrace";
  plain.tracing.complete = true;
  CHECK(decode_job(encode(plain)) == plain);
  Job killed = plain;
  killed.exit.signal = 9;
  CHECK(decode_job(encode(killed)) == killed);
  killed.exit.core = true;
  CHECK(decode_job(encode(killed)) == killed);
  Job abandoned = plain;
  abandoned.exit.unknown = true;
  CHECK_FALSE(abandoned.exit.success());
  CHECK(decode_job(encode(abandoned)) == abandoned);

  const Artifact artifact{std::string(64, '0'), 1ULL << 40U};
  CHECK(decode_artifact(encode(artifact)) == artifact);
  CHECK(object_id_of(artifact) == object_id_of(ObjectType::Artifact, encode(artifact)));
  const DigestRecord digest{id_of_digit('1'), "etag", "abc-2", DigestOrigin::Claimed};
  CHECK(decode_digest(encode(digest)) == digest);
  Environment environment;
  environment.hostname = "h\xff";
  environment.runtimes = {{"a", "1"}, {"b", ""}};
  CHECK(decode_environment(encode(environment)) == environment);
  const Packages packages{{{"dpkg", "a", ""}, {"pip", "a", "1"}}};
  CHECK(decode_packages(encode(packages)) == packages);
  CHECK(decode_processes(encode(sample_processes())) == sample_processes());
  const SessionEntry entry{.session = std::string(32, '1'),
                           .created = {},
                           .previous = id_of_digit('1'),
                           .job = id_of_digit('2'),
                           .kind = JobKind::Build,
                           .step = 4'000'000'000,
                           .step_name = ""};
  CHECK(decode_session(encode(entry)) == entry);
  const Artifact claimed{.size = 7, .claimed_algorithm = "etag", .claimed_digest = "abc-2"};
  CHECK(decode_artifact(encode(claimed)) == claimed);
  CHECK(object_id_of(claimed) == object_id_of(ObjectType::Artifact, encode(claimed)));
  const Label label{.target = id_of_digit('1'),
                    .previous = id_of_digit('2'),
                    .document = {{"a.b", "1.5"}, {"b", "\"x\""}},
                    .origin = "user",
                    .when = {5, 6}};
  CHECK(decode_label(encode(label)) == label);
}

TEST_CASE("an artifact is known by its content or by a claim, not by both", "[types]") {
  const json::Object claim{{"algorithm", "etag"}, {"digest", "x"}};
  const std::string both = json::encode(
      json::Object{{"blake3", std::string(64, '0')}, {"claimed", claim}, {"size", 1}, {"v", 1}});
  CHECK(code_of([&] { decode_artifact(both); }) == Errc::Corrupt);
  const std::string empty = json::encode(json::Object{
      {"claimed", json::Object{{"algorithm", "etag"}, {"digest", ""}}}, {"size", 1}, {"v", 1}});
  CHECK(code_of([&] { decode_artifact(empty); }) == Errc::Corrupt);
}

TEST_CASE("numbers of processes are written as ranges, in one way", "[types]") {
  using Numbers = std::vector<std::uint32_t>;
  const std::vector<std::pair<Numbers, std::string>> spelled{
      {{}, ""},
      {{0}, "0"},
      {{0, 1}, "0,1"},
      {{0, 1, 2}, "0-2"},
      {{1, 3, 4, 5, 7, 8, 4'294'967'295}, "1,3-5,7,8,4294967295"}};
  for (const auto& [numbers, text] : spelled) {
    INFO(text);
    CHECK(ranges_text(numbers) == text);
    CHECK(numbers_of_ranges(text) == numbers);
  }
  for (const char* wrong :
       {",", "1,", ",1", "01", "1,1", "2,1", "1-1", "0-1", "3-1", "1-", "-1", "1--3", "1 ", "x",
        "4294967296", "0-2,3", "0-2,2", "0-99999999", "1-3-5"}) {
    INFO(wrong);
    CHECK_FALSE(numbers_of_ranges(wrong));
  }
}

TEST_CASE("a process comes after its parent, and files are in order", "[types]") {
  JobProcesses processes = sample_processes();
  std::string payload = encode(processes);
  const std::string parent = "\"parent\":0";
  payload.replace(payload.find(parent), parent.size(), "\"parent\":1");
  CHECK(code_of([&] { decode_processes(payload); }) == Errc::Corrupt);
  processes.processes[1].parent = 1;
  CHECK(code_of([&] { encode(processes); }) == Errc::Usage);
  processes = sample_processes();
  std::swap(processes.files[0], processes.files[1]);
  CHECK(code_of([&] { decode_processes(encode(processes)); }) == Errc::Corrupt);
  processes = sample_processes();
  processes.files[1].path = processes.files[0].path;
  CHECK(code_of([&] { decode_processes(encode(processes)); }) == Errc::Corrupt);
  processes = sample_processes();
  processes.processes[2].exit = ProcessExit{.code = 1, .signal = 0, .core = true};
  CHECK(code_of([&] { decode_processes(encode(processes)); }) == Errc::Corrupt);
  processes = sample_processes();
  processes.processes[0].executable = "b\xff";
  processes.processes[0].argv = {"", "\xff"};
  processes.processes[0].argv_cut = true;
  processes.omitted_files = 1;
  processes.omitted_processes = 2;
  CHECK(decode_processes(encode(processes)) == processes);
}

TEST_CASE("a label's keys are in order, each once", "[types]") {
  const Label label{.target = id_of_digit('1'),
                    .previous = std::nullopt,
                    .document = {{"b", "1"}, {"b", "2"}},
                    .origin = "user",
                    .when = {5, 6}};
  CHECK(code_of([&] { decode_label(encode(label)); }) == Errc::Corrupt);
}

TEST_CASE("keys that this version does not know are accepted", "[types]") {
  const std::string payload = encode(sample_job());
  CHECK(decode_job(with(payload, "zzz", json::Array{1})) == sample_job());
}

TEST_CASE("a higher version is refused as unsupported, not as damaged", "[types]") {
  CHECK(code_of([] { decode_job(with(encode(sample_job()), "v", 2)); }) == Errc::Unsupported);
  CHECK(code_of([] { decode_job(with(encode(sample_job()), "v", 0)); }) == Errc::Corrupt);
  CHECK(code_of([] { decode_job(without(encode(sample_job()), "v")); }) == Errc::Corrupt);
}

TEST_CASE("a second spelling of the same job is refused", "[types]") {
  const auto [key, value] = GENERATE(table<std::string, json::Value>({
      {"uid", "00"},
      {"uid", std::string(32, 'A')},
      {"kind", "walk"},
      {"parent_uid", ""},
      {"name", ""},
      {"name", 1},
      {"name_b64", "/w=="},
      {"cwd", ""},
      {"argv", "true"},
      {"argv", json::Array{1}},
      {"argv", json::Array{json::Object{{"b64", "YQ=="}}}},
      {"started", json::Array{1}},
      {"started", json::Array{1, 1'000'000'000}},
      {"started", json::Array{1, -1}},
      {"ended", 1},
      {"exit", json::Object{}},
      {"exit", json::Object{{"code", -1}}},
      {"exit", json::Object{{"code", 0}, {"interrupted", false}}},
      {"exit", json::Object{{"code", 0}, {"signal", 9}}},
      {"exit", json::Object{{"code", 0}, {"unknown", true}}},
      {"exit", json::Object{{"code", 0}, {"core", true}}},
      {"exit", json::Object{{"signal", 9}, {"unknown", true}}},
      {"inputs", -1},
      {"inputs", true},
      {"variables", json::Array{}},
      {"variables", json::Array{json::Array{"B", "1"}, json::Array{"A", "1"}}},
      {"variables", json::Array{json::Array{"B"}}},
      {"environment_oid", std::string(64, 'A')},
      {"edges", json::Object{{"data_oid", "1"}}},
      {"git", json::Object{{"dirty", false}}},
      {"git", json::Object{{"commit", ""}}},
      {"tracing", json::Object{{"backend", "preload"}, {"complete", 1}, {"processes", 1}}},
      {"tracing",
       json::Object{{"backend", "x"}, {"complete", true}, {"processes", 1}, {"dropped", 0}}},
      {"tracing",
       json::Object{
           {"backend", "x"}, {"complete", true}, {"processes", 1}, {"gaps", json::Array{}}}},
  }));
  const std::string payload = with(encode(sample_job()), key, value);
  INFO(payload);
  CHECK(code_of([&] { decode_job(payload); }) == Errc::Corrupt);
}

TEST_CASE("a job without one of its fields is refused", "[types]") {
  const std::string key = GENERATE(as<std::string>{}, "argv", "ended", "exit", "inputs", "kind",
                                   "outputs", "started", "tracing", "uid");
  const std::string payload = without(encode(sample_job()), key);
  CHECK(code_of([&] { decode_job(payload); }) == Errc::Corrupt);
}

TEST_CASE("damaged payloads of the small types are refused", "[types]") {
  const std::string artifact = encode(Artifact{std::string(64, 'a'), 6});
  CHECK(code_of([&] { decode_artifact(with(artifact, "blake3", "00")); }) == Errc::Corrupt);
  CHECK(code_of([&] { decode_artifact(with(artifact, "size", -1)); }) == Errc::Corrupt);
  CHECK(code_of([&] { decode_artifact(without(artifact, "size")); }) == Errc::Corrupt);
  CHECK(code_of([&] { decode_artifact(artifact + "\n"); }) == Errc::Corrupt);

  const std::string digest =
      encode(DigestRecord{id_of_digit('1'), "md5", "00", DigestOrigin::Computed});
  CHECK(code_of([&] { decode_digest(with(digest, "origin", "guessed")); }) == Errc::Corrupt);
  CHECK(code_of([&] { decode_digest(with(digest, "algorithm", "MD5")); }) == Errc::Corrupt);
  CHECK(code_of([&] { decode_digest(with(digest, "digest", "")); }) == Errc::Corrupt);
  CHECK(code_of([] {
          encode(DigestRecord{{}, "a b", "00", DigestOrigin::Computed});
        }) == Errc::Usage);

  const std::string root = encode(session_root({1, 1}));
  CHECK(code_of([&] { decode_session(with(root, "step", 1)); }) == Errc::Corrupt);
  CHECK(code_of([&] { decode_session(with(root, "session", "e")); }) == Errc::Corrupt);
  CHECK(code_of([&] { decode_session(with(root, "previous_oid", std::string(64, '1'))); }) ==
        Errc::Corrupt);
  CHECK(code_of([&] {
          decode_packages(R"({"packages":[["pip","b","1"],["pip","a","1"]],"v":1})");
        }) == Errc::Corrupt);
}

TEST_CASE("an object id is 64 lower-case hexadecimal digits", "[types]") {
  CHECK(ObjectId::from_hex(std::string(64, 'a'))->hex() == std::string(64, 'a'));
  CHECK_FALSE(ObjectId::from_hex(std::string(64, 'A')));
  CHECK_FALSE(ObjectId::from_hex(std::string(63, 'a')));
  CHECK_FALSE(ObjectId::from_hex(std::string(65, 'a')));
  CHECK_FALSE(ObjectId::from_hex(std::string(64, 'g')));
  CHECK(ObjectId().is_zero());
  for (int type = 1; type <= 8; ++type) {
    const auto value = static_cast<ObjectType>(type);
    CHECK(type_from_name(type_name(value)) == value);
  }
  CHECK_FALSE(type_from_name(""));
  CHECK_FALSE(type_from_name("commit"));
}
