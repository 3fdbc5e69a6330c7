#include "plumbing/query/query_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "plumbing/dataset/dataset_labels.h"
#include "plumbing/labels/label_keys.h"
#include "plumbing/labels/parameters.h"
#include "plumbing/lineage/moment.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kDataset = "dataset.";
constexpr std::string_view kLabel = "label.";
constexpr std::string_view kParameter = "param.";
constexpr double kNanosecond = 1e-9;

QueryValue text_value(const std::string& text) {
  if (text.empty()) return {};
  return text;
}

double seconds_of(Timestamp time) {
  return static_cast<double>(time.seconds) + static_cast<double>(time.nanoseconds) * kNanosecond;
}

QueryValue command_of(const QueriedJob& job) {
  std::string text;
  for (const std::string& word : job.job.argv) text += (text.empty() ? "" : " ") + word;
  return text;
}

QueryValue exit_of(const QueriedJob& job) {
  constexpr int kSignalled = 128;
  const JobExit& exit = job.job.exit;
  if (exit.unknown) return {};
  return static_cast<double>(exit.signal != 0 ? kSignalled + exit.signal : exit.code);
}

QueryValue signal_of(const QueriedJob& job) {
  if (job.job.exit.signal == 0) return {};
  return static_cast<double>(job.job.exit.signal);
}

// As `roar log` has it.
QueryValue status_of(const QueriedJob& job) {
  if (job.job.exit.interrupted) return "int";
  return job.job.exit.success() ? "ok" : "fail";
}

QueryValue duration_of(const QueriedJob& job) {
  return static_cast<double>(nanoseconds_between(job.job.started, job.job.ended)) * kNanosecond;
}

QueryValue commit_of(const QueriedJob& job) {
  return job.job.git ? text_value(job.job.git->commit) : QueryValue();
}

QueryValue branch_of(const QueriedJob& job) {
  return job.job.git ? text_value(job.job.git->branch) : QueryValue();
}

QueryValue dirty_of(const QueriedJob& job) {
  if (!job.job.git || !job.job.git->unknown.empty()) return {};
  return job.job.git->dirty;
}

// "@3" and "@B1", as steps are written: one kind has the even numbers.
double step_number(JobKind kind, double number) {
  return 2 * number + (kind == JobKind::Build ? 1 : 0);
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool finite = text.find_first_of("niNI") == std::string_view::npos;
  if (error != std::errc() || end != text.data() + text.size() || !finite) return std::nullopt;
  return number;
}

// "90", "1.5min", "2h": in seconds.
std::optional<double> duration_in(std::string_view text) {
  using Unit = std::pair<std::string_view, double>;
  constexpr std::array<Unit, 8> kUnits{{{"", 1},
                                        {"ms", 0.001},
                                        {"s", 1},
                                        {"m", 60},
                                        {"min", 60},
                                        {"h", 3600},
                                        {"d", 86'400},
                                        {"us", 0.000'001}}};
  const std::size_t end = std::min(text.find_first_not_of("0123456789.-+eE"), text.size());
  const auto number = number_in(text.substr(0, end));
  const auto* const unit = std::ranges::find(kUnits, text.substr(end), &Unit::first);
  if (!number || unit == kUnits.end()) return std::nullopt;
  return *number * unit->second;
}

std::optional<double> step_in(std::string_view text) {
  if (text.starts_with('@')) text.remove_prefix(1);
  const bool build = text.starts_with('B') || text.starts_with('b');
  const auto number = number_in(text.substr(build ? 1 : 0));
  if (!number) return std::nullopt;
  return step_number(build ? JobKind::Build : JobKind::Run, *number);
}

bool is_order(QueryOperator op) {
  return op == QueryOperator::Less || op == QueryOperator::LessOrEqual ||
         op == QueryOperator::Greater || op == QueryOperator::GreaterOrEqual;
}

}  // namespace

std::span<const QueryField::Row> QueryField::rows() {
  static constexpr std::array kRows{
      Row{"branch", Form::Text, branch_of},
      Row{"command", Form::Text, command_of},
      Row{"commit", Form::Text, commit_of},
      Row{"complete", Form::Truth,
          [](const QueriedJob& job) -> QueryValue { return job.job.tracing.complete; }},
      Row{"cwd", Form::Text, [](const QueriedJob& job) -> QueryValue { return job.job.cwd; }},
      Row{"dirty", Form::Truth, dirty_of},
      Row{"duration", Form::Duration, duration_of},
      Row{"ended", Form::Moment,
          [](const QueriedJob& job) -> QueryValue { return seconds_of(job.job.ended); }},
      Row{"exit", Form::Number, exit_of},
      Row{"inputs", Form::Number,
          [](const QueriedJob& job) -> QueryValue { return static_cast<double>(job.job.inputs); }},
      Row{"kind", Form::Text,
          [](const QueriedJob& job) -> QueryValue { return std::string(kind_name(job.job.kind)); }},
      Row{"name", Form::Text,
          [](const QueriedJob& job) { return text_value(job.place.step_name); }},
      Row{"outputs", Form::Number,
          [](const QueriedJob& job) -> QueryValue { return static_cast<double>(job.job.outputs); }},
      Row{"signal", Form::Number, signal_of},
      Row{"status", Form::Status, status_of},
      Row{"step", Form::Step,
          [](const QueriedJob& job) -> QueryValue {
            return step_number(job.place.kind, job.place.step);
          }},
      Row{"time", Form::Moment,
          [](const QueriedJob& job) -> QueryValue { return seconds_of(job.job.started); }},
      Row{"uid", Form::Text, [](const QueriedJob& job) -> QueryValue { return job.job.uid; }}};
  return kRows;
}

std::string QueryField::names() {
  std::string names = std::string(kLabel) + "KEY, " + std::string(kParameter) + "NAME, " +
                      std::string(kDataset) + "KEY";
  for (const Row& row : rows()) names += ", " + std::string(row.name);
  return names;
}

std::optional<QueryField> QueryField::named(std::string_view name) {
  QueryField field;
  constexpr std::array kPrefixes{std::pair(kDataset, Form::Dataset), std::pair(kLabel, Form::Label),
                                 std::pair(kParameter, Form::Parameter)};
  for (const auto& [prefix, form] : kPrefixes) {
    if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
    field.name_ = name.substr(prefix.size());
    field.form_ = form;
    return field;
  }
  const auto row = std::ranges::find(rows(), name, &Row::name);
  if (row == rows().end()) return std::nullopt;
  field.name_ = name;
  field.form_ = row->form;
  field.value_ = row->value;
  return field;
}

bool QueryField::has_any_value() const noexcept {
  return form_ == Form::Label || form_ == Form::Parameter || form_ == Form::Dataset;
}

bool QueryField::is_condition() const noexcept {
  return form_ == Form::Truth || has_any_value() || name_ == "name" || name_ == "branch" ||
         name_ == "commit" || name_ == "signal";
}

std::optional<std::string> QueryField::prepare(QueryOperator op, QueryLiteral& literal,
                                               Timestamp now) const {
  const bool matches = op == QueryOperator::Matches || op == QueryOperator::MatchesNot;
  const bool is_text = form_ == Form::Text || has_any_value();
  if (matches)
    return is_text ? std::nullopt : std::optional(name_ + " is no text; it has no ~ and !~");
  literal.number = number_in(literal.text);
  switch (form_) {
    case Form::Text:
      literal.quoted = true;
      return std::nullopt;
    case Form::Label:
    case Form::Parameter:
    case Form::Dataset:
      return std::nullopt;
    case Form::Number:
      if (!literal.number) return name_ + " is compared with a number";
      break;
    case Form::Truth:
      if (literal.text != "true" && literal.text != "false") return name_ + " is true or false";
      if (is_order(op)) return name_ + " has no order; it is true or false";
      break;
    case Form::Duration:
      literal.number = duration_in(literal.text);
      if (!literal.number) return name_ + " is compared with a duration: 90, 1.5min, 2h";
      break;
    case Form::Moment: {
      const auto moment = parse_moment(literal.text, now);
      if (!moment) return name_ + " is compared with a time: 2026-01-31, '2 days ago'";
      literal.number = seconds_of(*moment);
      break;
    }
    case Form::Step:
      literal.number = step_in(literal.text);
      if (!literal.number) return name_ + " is compared with a step: 3, @3, @B1";
      break;
    case Form::Status:
      std::ranges::transform(literal.text, literal.text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      literal.quoted = true;
      if (literal.text != "ok" && literal.text != "fail" && literal.text != "int")
        return name_ + " is ok, fail or int";
      if (is_order(op)) return name_ + " has no order";
      return std::nullopt;
  }
  literal.quoted = false;
  return std::nullopt;
}

// Of any of the job's data sets, and of all below the key, such as the words of "evidence".
bool QueryField::dataset_holds(const QueriedJob& job, QueryOperator op,
                               const QueryLiteral& literal) const {
  return std::ranges::any_of(job.labels, [&](const auto& entry) {
    const std::string_view key = dataset_key(entry.first);
    return !key.empty() && is_below(key, name_) &&
           compare(query_value_of(entry.second), op, literal);
  });
}

bool QueryField::label_holds(const QueriedJob& job, QueryOperator op,
                             const QueryLiteral& literal) const {
  for (const auto& [key, value] : job.labels) {
    if (key == name_) return compare(query_value_of(value), op, literal);
    if (op == QueryOperator::Present && is_below(key, name_)) return true;
  }
  return false;
}

bool QueryField::holds(const QueriedJob& job, QueryOperator op, const QueryLiteral& literal) const {
  if (form_ == Form::Label) return label_holds(job, op, literal);
  if (form_ == Form::Dataset) return dataset_holds(job, op, literal);
  if (form_ == Form::Parameter) {
    const auto parameters = parameters_of(job.job.argv);
    return std::ranges::any_of(parameters, [&](const Parameter& parameter) {
      return same_parameter(parameter.name, name_) &&
             compare(query_value_of(parameter.value), op, literal);
    });
  }
  // Steps of the two kinds are not in one order.
  if (form_ == Form::Step && op != QueryOperator::Unequal) {
    const auto number = static_cast<std::int64_t>(*literal.number);
    const bool build = number % 2 != 0;
    if (build != (job.place.kind == JobKind::Build)) return false;
  }
  return compare(value_(job), op, literal);
}

}  // namespace roar::plumbing
