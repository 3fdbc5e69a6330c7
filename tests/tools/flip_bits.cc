// Flips bits of a store's file, one at a time, in a copy, and looks whether anything crashes, takes
// too long, or is told wrongly:
//
//   test_flip_bits <store> <scratch directory> all <workers>
//   test_flip_bits <store> <scratch directory> <bits> <seconds> [<seed>]
//   test_flip_bits <store> <scratch directory> at <bit>...
//
// every bit, or so many at random for at most so long, or these. After each flip fsck() checks the
// copy, as `roar fsck` does. Unless it says that the file itself is damaged, all objects are read:
// each is right or an error. What fsck() calls sound has the objects, refs and derived tables that
// it had. What nothing tells is the times and reasons in the logs of refs and in the notes of the
// store about itself, and how often a ref was updated: they are not compared.

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <new>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/key.h"
#include "objects/store.h"
#include "objects/store_impl.h"
#include "objects/transaction.h"
#include "plumbing/care/fsck.h"

namespace {

using roar::ObjectId;
using roar::RawObject;
using roar::Table;

constexpr unsigned kSecondsPerBit = 20;  // one that takes so long has failed

using Rows = std::vector<std::pair<std::string, std::string>>;

struct Contents {
  std::map<ObjectId, RawObject> objects;
  std::map<std::string_view, Rows> tables;
};

bool is_compared(Table table) {
  return table != Table::Object && table != Table::Reflog && table != Table::Meta;
}

// Without the number of updates, which follows the first byte.
std::string ref_without_count(std::string_view value) {
  return std::string(value.substr(0, 1)).append(value.substr(1 + roar::kNumberSize));
}

std::map<std::string_view, Rows> tables_of(const roar::ReadTransaction& transaction) {
  const roar::ReadTransaction::Impl& impl = roar::IndexAccess::of(transaction);
  std::map<std::string_view, Rows> tables;
  for (roar::TableNumber number = 0; number < roar::kTableNames.size(); ++number) {
    const auto table = static_cast<Table>(number);
    if (!is_compared(table)) continue;
    Rows& rows = tables[roar::kTableNames.at(number)];
    roar::TableCursor cursor(*impl.txn, number);
    for (bool more = cursor.first(); more; more = cursor.next())
      rows.emplace_back(cursor.key(), table == Table::Ref ? ref_without_count(cursor.value())
                                                          : std::string(cursor.value()));
  }
  return tables;
}

Contents contents_of(const std::filesystem::path& directory) {
  Contents contents;
  const roar::Store store(directory, roar::Store::Mode::ReadOnly);
  store.read([&](const roar::ReadTransaction& transaction) {
    transaction.for_each_object([&](const roar::ObjectInfo& info) {
      contents.objects.emplace(info.id, transaction.object(info.id).value());
      return true;
    });
    contents.tables = tables_of(transaction);
  });
  return contents;
}

enum Outcome : std::uint8_t { kSound, kDamaged, kUnreadable, kRefused, kOutcomes };
constexpr std::array<std::string_view, kOutcomes> kOutcomeNames = {"sound", "damaged", "unreadable",
                                                                   "refused"};

// Shared by a worker and who looks after it.
struct Progress {
  std::size_t next = 0;  // in the list of bits
  std::array<std::uint64_t, kOutcomes> outcomes{};
  std::uint64_t findings = 0;
};

// A copy of the store, in which bits are flipped.
class Flipper {
 public:
  Flipper(const Contents& sound, std::filesystem::path directory)
      : sound_(&sound), directory_(std::move(directory)), file_(file_of(directory_)) {}

  static std::filesystem::path file_of(const std::filesystem::path& directory) {
    std::string generation;
    std::getline(std::ifstream(directory / "CURRENT"), generation);
    return directory / generation / "data.mdb";
  }

  void flip(std::uint64_t bit) const {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(bit / 8));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(bit / 8));
    file.put(static_cast<char>(static_cast<unsigned>(byte) ^ (1U << bit % 8)));
    file.close();
    if (!file) throw roar::Error(roar::Errc::Io, "cannot write to the copy");
  }

  // What fsck() says of the copy as it is, and whether that is true: `find` is told what is not.
  Outcome look(const std::function<void(const std::string&)>& find) const {
    constexpr auto kStructure = static_cast<unsigned>(roar::plumbing::Damage::Structure);
    unsigned damage = 0;
    try {
      damage = roar::plumbing::fsck(directory_).damage;
    } catch (const roar::Error&) {
      return kRefused;
    }
    if ((damage & kStructure) != 0) return kUnreadable;
    const std::string said = "fsck says " + std::to_string(damage) + ", and ";
    try {
      const roar::Store store(directory_, roar::Store::Mode::ReadOnly);
      store.read([&](const roar::ReadTransaction& transaction) {
        read_objects(
            transaction,
            [&](const ObjectId& id, const std::string& problem) {
              find(said + "object " + id.hex() + " " + problem);
            },
            damage == 0);
        if (damage == 0) compare_tables(transaction, find);
      });
    } catch (const roar::Error& error) {
      if (damage == 0) find(said + "it cannot be read: " + error.what());
    } catch (const std::exception& error) {
      find(said + "reading it fails: " + error.what());
    }
    return damage == 0 ? kSound : kDamaged;
  }

 private:
  void read_objects(const roar::ReadTransaction& transaction,
                    const std::function<void(const ObjectId&, const std::string&)>& find,
                    bool all_there) const {
    for (const auto& [id, object] : sound_->objects) {
      try {
        const auto given = transaction.object(id);
        if (!given && all_there) find(id, "is not there");
        if (given && (given->type != object.type || given->payload != object.payload))
          find(id, "is another one");
      } catch (const roar::Error& error) {
        if (all_there) find(id, std::string("cannot be read: ") + error.what());
      }
    }
  }

  void compare_tables(const roar::ReadTransaction& transaction,
                      const std::function<void(const std::string&)>& find) const {
    const auto tables = tables_of(transaction);
    for (const auto& [name, rows] : sound_->tables)
      if (tables.at(name) != rows)
        find("fsck sees nothing, and table " + std::string(name) + " is another one");
  }

  const Contents* sound_;
  std::filesystem::path directory_;
  std::filesystem::path file_;
};

void tell(std::uint64_t bit, const std::string& problem) {
  const std::string line = "bit " + std::to_string(bit) + " (page " +
                           std::to_string(bit / 8 / 4096) + ", byte " +
                           std::to_string(bit / 8 % 4096) + "): " + problem + "\n";
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
}

// Goes on where the worker before it stopped.
void work(const Flipper& flipper, const std::vector<std::uint64_t>& bits, Progress& progress,
          const std::function<bool()>& is_over) {
  while (progress.next < bits.size() && !is_over()) {
    const std::uint64_t bit = bits[progress.next];
    ::alarm(kSecondsPerBit);
    flipper.flip(bit);
    const Outcome outcome = flipper.look([&](const std::string& problem) {
      ++progress.findings;
      tell(bit, problem);
    });
    flipper.flip(bit);
    ++progress.outcomes.at(outcome);
    ++progress.next;
  }
}

// A worker that crashes is a finding; another one goes on with the next bit.
void look_after(const Flipper& flipper, const std::vector<std::uint64_t>& bits, Progress& progress,
                const std::function<bool()>& is_over) {
  while (progress.next < bits.size() && !is_over()) {
    const pid_t worker = ::fork();
    if (worker < 0) throw roar::Error(roar::Errc::Io, "cannot start a worker");
    if (worker == 0) {
      work(flipper, bits, progress, is_over);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(worker, &status, 0);
    if (status == 0) return;
    ++progress.findings;
    const std::uint64_t bit = bits.at(progress.next++);
    tell(bit, WIFSIGNALED(status)
                  ? "the process ended by signal " + std::to_string(WTERMSIG(status))
                  : "the process ended with " + std::to_string(WEXITSTATUS(status)));
    flipper.flip(bit);
  }
}

Progress& shared_progress() {
  void* const memory =
      ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw roar::Error(roar::Errc::Io, "cannot share memory");
  return *new (memory) Progress;
}

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Of all bits, what each worker takes.
std::vector<std::vector<std::uint64_t>> share(std::uint64_t bits, std::size_t workers) {
  std::vector<std::vector<std::uint64_t>> lists(workers);
  for (std::uint64_t bit = 0; bit < bits; ++bit) lists[bit % workers].push_back(bit);
  return lists;
}

std::vector<std::uint64_t> sample(std::uint64_t bits, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> list(count);
  for (std::uint64_t& bit : list) bit = random() % bits;
  return list;
}

struct Plan {
  std::filesystem::path store;
  std::filesystem::path scratch;
  std::uint64_t bits = 0;                         // that there are
  std::vector<std::vector<std::uint64_t>> lists;  // for each worker
  std::function<bool()> is_over;
};

Plan plan_of(std::span<char*> arguments) {
  Plan plan{.store = arguments[1], .scratch = arguments[2], .lists = {}, .is_over = {}};
  plan.bits = 8 * std::filesystem::file_size(Flipper::file_of(plan.store));
  if (std::string_view(arguments[3]) == "all") {
    plan.lists = share(plan.bits, number_of(arguments[4]));
    plan.is_over = [] { return false; };
    return plan;
  }
  if (std::string_view(arguments[3]) == "at") {
    plan.lists.emplace_back();
    for (const char* const bit : arguments.subspan(4)) plan.lists[0].push_back(number_of(bit));
    plan.is_over = [] { return false; };
    return plan;
  }
  const std::uint64_t seed = arguments.size() > 5 ? number_of(arguments[5]) : 1;
  std::cout << "seed " << seed << std::endl;
  plan.lists.push_back(sample(plan.bits, number_of(arguments[3]), seed));
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::seconds(static_cast<unsigned>(number_of(arguments[4])));
  plan.is_over = [end] { return std::chrono::steady_clock::now() >= end; };
  return plan;
}

// Flips the bits of one list in a copy of the store, which must be as it was in the end.
void flip_list(const Plan& plan, const Contents& sound, std::size_t number, Progress& progress) {
  const std::filesystem::path copy = plan.scratch / std::to_string(number);
  std::filesystem::create_directories(plan.scratch);
  std::filesystem::copy(plan.store, copy, std::filesystem::copy_options::recursive);
  look_after(Flipper(sound, copy), plan.lists.at(number), progress, plan.is_over);
  if (bytes_of(Flipper::file_of(copy)) != bytes_of(Flipper::file_of(plan.store)))
    throw roar::Error(roar::Errc::Io, "the copy is not what it was");
}

int run(std::span<char*> arguments) {
  const Plan plan = plan_of(arguments);
  const Contents sound = contents_of(plan.store);
  std::vector<Progress*> shares;
  std::vector<pid_t> minders;
  for (std::size_t i = 0; i < plan.lists.size(); ++i) {
    shares.push_back(&shared_progress());
    minders.push_back(::fork());
    if (minders.back() != 0) continue;
    flip_list(plan, sound, i, *shares.back());
    ::_exit(0);
  }
  bool failed = false;
  Progress sum;
  for (std::size_t i = 0; i < minders.size(); ++i) {
    int status = 0;
    ::waitpid(minders[i], &status, 0);
    failed = failed || status != 0;
    sum.next += shares[i]->next;
    sum.findings += shares[i]->findings;
    for (std::size_t k = 0; k < kOutcomes; ++k) sum.outcomes.at(k) += shares[i]->outcomes.at(k);
  }
  std::cout << sum.next << " of " << plan.bits << " bits:";
  for (std::size_t k = 0; k < kOutcomes; ++k)
    std::cout << ' ' << sum.outcomes.at(k) << ' ' << kOutcomeNames.at(k) << ',';
  std::cout << ' ' << sum.findings << " findings" << std::endl;
  return failed || sum.findings != 0 || sum.next == 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  try {
    return run({argv, static_cast<std::size_t>(argc)});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
