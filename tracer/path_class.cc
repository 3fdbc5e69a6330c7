#include "tracer/path_class.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "objects/base/fd.h"

namespace roar::tracer {
namespace {

using enum RuleScope;
using enum RuleMatch;

constexpr PathRule internal(RuleMatch match, std::string_view pattern) {
  return {PathClass::Internal, Everywhere, match, pattern};
}
constexpr PathRule credential(RuleScope scope, RuleMatch match, std::string_view pattern) {
  return {PathClass::Credential, scope, match, pattern};
}
constexpr PathRule cache(RuleScope scope, RuleMatch match, std::string_view pattern) {
  return {PathClass::Cache, scope, match, pattern};
}
constexpr PathRule package(std::string_view pattern) {
  return {PathClass::Package, Everywhere, Component, pattern};
}
constexpr PathRule temporary(std::string_view pattern) {
  return {PathClass::Temporary, OutsideRoot, Prefix, pattern};
}
constexpr PathRule system(std::string_view pattern) {
  return {PathClass::System, OutsideRootInput, Prefix, pattern};
}
// A language that its user has installed below the home directory, or where else.
constexpr PathRule toolchain(std::string_view pattern) {
  return {PathClass::System, OutsideRootInput, Component, pattern};
}
constexpr PathRule code(RuleMatch match, std::string_view pattern) {
  return {PathClass::Code, Everywhere, match, pattern};
}

// Secrets come first, so that no later row can list one.
constexpr std::array kRules{
    credential(Everywhere, Name, ".netrc"),
    credential(Everywhere, Name, "_netrc"),
    credential(Everywhere, Name, ".git-credentials"),
    credential(Everywhere, Name, ".pgpass"),
    credential(Everywhere, Name, ".pypirc"),
    credential(Everywhere, Name, ".npmrc"),
    credential(Everywhere, Name, ".htpasswd"),
    credential(Everywhere, Name, "id_rsa"),
    credential(Everywhere, Name, "id_dsa"),
    credential(Everywhere, Name, "id_ecdsa"),
    credential(Everywhere, Name, "id_ed25519"),
    credential(Everywhere, Name, "id_ecdsa_sk"),
    credential(Everywhere, Name, "id_ed25519_sk"),
    credential(Everywhere, Name, ".my.cnf"),
    credential(Everywhere, Name, ".mylogin.cnf"),
    credential(Everywhere, Name, ".s3cfg"),
    credential(Everywhere, Name, ".boto"),
    credential(Everywhere, Name, ".databrickscfg"),
    credential(Everywhere, Name, ".vault-token"),
    credential(Everywhere, Component, ".kaggle/kaggle.json"),
    credential(Everywhere, Component, ".cargo/credentials"),
    credential(Everywhere, Component, ".cargo/credentials.toml"),
    credential(Everywhere, Component, ".gem/credentials"),
    credential(Everywhere, Component, ".aws/sso/cache"),
    credential(Everywhere, Component, ".aws/cli/cache"),
    credential(Everywhere, Component, ".config/rclone/rclone.conf"),
    credential(Everywhere, Component, ".terraform.d/credentials.tfrc.json"),
    credential(Everywhere, Component, ".cache/huggingface/stored_tokens"),
    credential(Everywhere, Component, ".aws/credentials"),
    credential(Everywhere, Component, ".docker/config.json"),
    credential(Everywhere, Component, ".kube/config"),
    credential(Everywhere, Component, ".azure"),
    credential(Everywhere, Component, ".gnupg"),
    credential(Everywhere, Component, ".config/gcloud"),
    credential(Everywhere, Component, ".config/gh/hosts.yml"),
    credential(Everywhere, Component, ".cache/huggingface/token"),
    credential(Everywhere, Component, ".huggingface/token"),
    credential(OutsideRoot, Prefix, "/etc/shadow"),
    credential(OutsideRoot, Prefix, "/etc/gshadow"),
    credential(OutsideRoot, Prefix, "/run/secrets/"),
    credential(OutsideRoot, Prefix, "/var/run/secrets/"),

    internal(Component, ".roar"),
    internal(Component, ".git"),
    internal(Name, ".gitconfig"),
    internal(Name, ".gitmodules"),
    internal(Name, ".gitignore"),
    internal(Name, ".gitattributes"),
    internal(Name, ".roarconfig"),
    internal(Name, "roar.toml"),

    // The distribution ships compiled modules: those are no cache of the job.
    PathRule{PathClass::Package, OutsideRootInput, Prefix, "/usr/lib/python3/"},
    PathRule{PathClass::System, OutsideRootInput, Prefix, "/usr/lib/python3."},

    cache(Everywhere, Component, "__pycache__"),
    cache(Everywhere, Suffix, ".pyc"),
    cache(Everywhere, Component, ".mypy_cache"),
    cache(Everywhere, Component, ".pytest_cache"),
    cache(Everywhere, Component, ".ruff_cache"),
    cache(Everywhere, Component, ".ipynb_checkpoints"),
    cache(Everywhere, Component, ".triton/cache"),
    cache(Home, Prefix, ".cache/"),
    cache(Home, Prefix, ".ccache/"),
    cache(OutsideRoot, Prefix, "/var/cache/"),
    cache(OutsideRoot, Prefix, "/tmp/torchinductor_"),
    cache(OutsideRoot, Prefix, "/tmp/torch_"),
    cache(OutsideRoot, Prefix, "/tmp/triton"),

    package("site-packages"),
    package("dist-packages"),
    package("node_modules"),
    package(".cargo/registry"),
    package("go/pkg/mod"),
    package("pkgs/mod"),
    package("conda-meta"),

    temporary("/tmp/"),
    temporary("/var/tmp/"),
    temporary("/dev/shm/"),

    system("/usr/"),
    system("/lib/"),
    system("/lib32/"),
    system("/lib64/"),
    system("/libx32/"),
    system("/bin/"),
    system("/sbin/"),
    system("/etc/"),
    system("/opt/"),
    system("/boot/"),
    system("/proc/"),
    system("/sys/"),
    system("/dev/"),
    system("/run/"),
    system("/nix/store/"),
    system("/gnu/store/"),
    system("/snap/"),
    system("/var/lib/"),

    toolchain(".pyenv"),
    toolchain("uv/python"),
    toolchain("miniconda"),
    toolchain("miniconda3"),
    toolchain("anaconda"),
    toolchain("anaconda3"),
    toolchain("miniforge3"),
    toolchain("mambaforge"),
    toolchain("micromamba"),
    toolchain(".conda/envs"),
    toolchain(".rustup"),
    toolchain(".nvm/versions"),
    toolchain(".volta"),
    toolchain(".rbenv"),
    toolchain(".asdf/installs"),
    toolchain(".local/share/mise"),
    toolchain(".sdkman/candidates"),
    toolchain(".juliaup"),
    toolchain("lib-dynload"),

    code(Name, "Makefile"),
    code(Name, "makefile"),
    code(Name, "GNUmakefile"),
    code(Name, "CMakeLists.txt"),
    code(Name, "CMakePresets.json"),
    code(Name, "meson.build"),
    code(Name, "meson_options.txt"),
    code(Name, "SConstruct"),
    code(Name, "BUILD.bazel"),
    code(Name, "WORKSPACE.bazel"),
    code(Name, "Snakefile"),
    code(Name, "Dockerfile"),
    code(Name, "Justfile"),
    code(Name, "justfile"),
    code(Name, "Rakefile"),
    code(Name, "Gemfile"),
    code(Name, "Pipfile"),
    code(Name, "pyproject.toml"),
    code(Name, "setup.cfg"),
    code(Name, "Cargo.toml"),
    code(Name, "go.mod"),
    code(Name, "package.json"),
    code(Name, "tsconfig.json"),
    code(Suffix, ".py"),
    code(Suffix, ".pyx"),
    code(Suffix, ".pxd"),
    code(Suffix, ".pyi"),
    code(Suffix, ".ipynb"),
    code(Suffix, ".c"),
    code(Suffix, ".h"),
    code(Suffix, ".cc"),
    code(Suffix, ".cpp"),
    code(Suffix, ".cxx"),
    code(Suffix, ".c++"),
    code(Suffix, ".hh"),
    code(Suffix, ".hpp"),
    code(Suffix, ".hxx"),
    code(Suffix, ".inl"),
    code(Suffix, ".ipp"),
    code(Suffix, ".cu"),
    code(Suffix, ".cuh"),
    code(Suffix, ".cl"),
    code(Suffix, ".m"),
    code(Suffix, ".mm"),
    code(Suffix, ".s"),
    code(Suffix, ".S"),
    code(Suffix, ".asm"),
    code(Suffix, ".rs"),
    code(Suffix, ".go"),
    code(Suffix, ".java"),
    code(Suffix, ".kt"),
    code(Suffix, ".scala"),
    code(Suffix, ".swift"),
    code(Suffix, ".cs"),
    code(Suffix, ".js"),
    code(Suffix, ".mjs"),
    code(Suffix, ".cjs"),
    code(Suffix, ".jsx"),
    code(Suffix, ".ts"),
    code(Suffix, ".tsx"),
    code(Suffix, ".sh"),
    code(Suffix, ".bash"),
    code(Suffix, ".zsh"),
    code(Suffix, ".fish"),
    code(Suffix, ".pl"),
    code(Suffix, ".pm"),
    code(Suffix, ".rb"),
    code(Suffix, ".lua"),
    code(Suffix, ".php"),
    code(Suffix, ".r"),
    code(Suffix, ".R"),
    code(Suffix, ".Rmd"),
    code(Suffix, ".jl"),
    code(Suffix, ".f"),
    code(Suffix, ".f90"),
    code(Suffix, ".f95"),
    code(Suffix, ".for"),
    code(Suffix, ".hs"),
    code(Suffix, ".ml"),
    code(Suffix, ".ex"),
    code(Suffix, ".exs"),
    code(Suffix, ".erl"),
    code(Suffix, ".clj"),
    code(Suffix, ".sql"),
    code(Suffix, ".awk"),
    code(Suffix, ".sed"),
    code(Suffix, ".mk"),
    code(Suffix, ".cmake"),
    code(Suffix, ".smk"),
    code(Suffix, ".nf"),
    code(Suffix, ".wdl"),
    code(Suffix, ".cwl"),
    code(Suffix, ".proto"),
};

std::string_view last_component(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

bool has_component(std::string_view path, std::string_view pattern) noexcept {
  for (std::size_t at = path.find(pattern); at != std::string_view::npos;
       at = path.find(pattern, at + 1)) {
    const std::size_t end = at + pattern.size();
    const bool starts = at == 0 || path[at - 1] == '/';
    const bool ends = end == path.size() || path[end] == '/';
    if (starts && ends) return true;
  }
  return false;
}

// What is left of `path` below `directory`; nullopt if it is not below it.
std::optional<std::string_view> below(std::string_view path, std::string_view directory) noexcept {
  if (directory.empty() || !path.starts_with(directory)) return std::nullopt;
  path.remove_prefix(directory.size());
  if (directory.ends_with('/')) return path;
  if (!path.starts_with('/')) return std::nullopt;
  return path.substr(1);
}

// `name` is the last component of the path.
bool matches(const PathRule& rule, std::string_view path, std::string_view name) noexcept {
  switch (rule.match) {
    case Component:
      return has_component(path, rule.pattern);
    case Name:
      return name == rule.pattern;
    case Prefix:
      return path.starts_with(rule.pattern);
    case Suffix:
      return name.size() > rule.pattern.size() && name.ends_with(rule.pattern);
  }
  return false;
}

// Looked at for every file of every job, against more than a hundred rules.
struct PathInPlace {
  std::string_view path;
  std::string_view name;
  std::optional<std::string_view> in_root;
  std::optional<std::string_view> in_home;
  AccessKind kind;
};

bool applies(const PathRule& rule, const PathInPlace& place) noexcept {
  switch (rule.scope) {
    // Inside the project only the part below its root counts: that the root lies under
    // site-packages, say, makes nothing in it a package.
    case Everywhere:
      return matches(rule, place.in_root ? *place.in_root : place.path, place.name);
    case OutsideRoot:
      return !place.in_root && matches(rule, place.path, place.name);
    case OutsideRootInput:
      return !place.in_root && place.kind != AccessKind::Output &&
             matches(rule, place.path, place.name);
    case Home:
      return !place.in_root && place.in_home && matches(rule, *place.in_home, place.name);
  }
  return false;
}

}  // namespace

std::span<const PathRule> path_rules() noexcept {
  return kRules;
}

ClassifiedPath classify_path(std::string_view path, AccessKind kind, const PathContext& context) {
  const PathInPlace place{.path = path,
                          .name = last_component(path),
                          .in_root = below(path, context.root),
                          .in_home = below(path, context.home),
                          .kind = kind};
  for (const PathRule& rule : kRules) {
    if (applies(rule, place)) return {.path_class = rule.path_class, .rule = &rule};
  }
  const bool temporary = !place.in_root && below(path, context.temporary).has_value();
  return {.path_class = temporary ? PathClass::Temporary : PathClass::Data, .rule = nullptr};
}

bool has_shebang(const std::string& path) noexcept {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  std::array<char, 2> start{};
  return fd && ::read(fd.get(), start.data(), start.size()) == 2 && start[0] == '#' &&
         start[1] == '!';
}

}  // namespace roar::tracer
